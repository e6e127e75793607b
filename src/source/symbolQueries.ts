/** Tree-sitter queries for the definitions of each language that has a grammar. Pure data. */

import { pythonQuery } from "./pythonFacts.ts";
import type { SourceLanguage } from "./languages.ts";

const script = `
  (function_declaration name: (identifier) @name) @function
  (generator_function_declaration name: (identifier) @name) @function
  (class_declaration name: (_) @name) @class
  (method_definition name: (_) @name) @function
  (variable_declarator name: (identifier) @name value: [(arrow_function) (function_expression)]) @function
  (pair key: (property_identifier) @name value: [(arrow_function) (function_expression)]) @function
  (assignment_expression left: (member_expression property: (property_identifier) @name)
    right: [(arrow_function) (function_expression)]) @function
  (variable_declarator name: (identifier) @name value: (call_expression
    arguments: (arguments . [(arrow_function) (function_expression)]))) @function`;

const typed = `${script}
  (abstract_class_declaration name: (_) @name) @class
  (interface_declaration name: (_) @name) @class
  (public_field_definition name: (property_identifier) @name value: (arrow_function)) @function`;

export const symbolQueries: Partial<Record<SourceLanguage, string>> = {
  // One query for all that a Python file is asked for: every query walks the whole tree again.
  python: `
    (class_definition name: (identifier) @name) @class
    (function_definition name: (identifier) @name) @function
    ${pythonQuery}`,
  typescript: typed,
  tsx: typed,
  javascript: `${script}
    (field_definition property: (property_identifier) @name value: (arrow_function)) @function`,
  go: `
    (function_declaration name: (identifier) @name) @function
    (method_declaration receiver: (parameter_list) @receiver name: (field_identifier) @name) @function
    (type_spec name: (type_identifier) @name type: [(struct_type) (interface_type)]) @class`,
  java: `
    (class_declaration name: (identifier) @name) @class
    (interface_declaration name: (identifier) @name) @class
    (enum_declaration name: (identifier) @name) @class
    (record_declaration name: (identifier) @name) @class
    (method_declaration name: (identifier) @name) @function
    (constructor_declaration name: (identifier) @name) @function`,
  csharp: `
    (class_declaration name: (identifier) @name) @class
    (interface_declaration name: (identifier) @name) @class
    (struct_declaration name: (identifier) @name) @class
    (record_declaration name: (identifier) @name) @class
    (method_declaration name: (identifier) @name) @function
    (constructor_declaration name: (identifier) @name) @function
    (local_function_statement name: (identifier) @name) @function`,
  php: `
    (class_declaration name: (name) @name) @class
    (interface_declaration name: (name) @name) @class
    (trait_declaration name: (name) @name) @class
    (enum_declaration name: (name) @name) @class
    (method_declaration name: (name) @name) @function
    (function_definition name: (name) @name) @function`,
  ruby: `
    (class name: (_) @name) @class
    (module name: (_) @name) @class
    (method name: (_) @name) @function
    (singleton_method name: (_) @name) @function`,
  rust: `
    (struct_item name: (type_identifier) @name) @class
    (enum_item name: (type_identifier) @name) @class
    (trait_item name: (type_identifier) @name) @class
    (impl_item type: (_) @name) @scope
    (mod_item name: (identifier) @name body: (_)) @scope
    (function_item name: (identifier) @name) @function
    (function_signature_item name: (identifier) @name) @function`,
  cpp: `
    (class_specifier name: (_) @name body: (_)) @class
    (struct_specifier name: (_) @name body: (_)) @class
    (namespace_definition name: (_) @name) @scope
    (function_definition declarator: (function_declarator declarator: (_) @name)) @function
    (function_definition declarator: (pointer_declarator declarator: (function_declarator declarator: (_) @name))) @function
    (function_definition declarator: (reference_declarator (function_declarator declarator: (_) @name))) @function`,
};
