/**
 * Sets styles of an element through the object model: the panel's content policy forbids `style` attributes, which
 * Lit's own `styleMap` writes on the first render.
 */

import { noChange } from "lit";
import { Directive, directive, type ElementPart } from "lit/directive.js";

class ElementStyle extends Directive {
  render: (properties: Readonly<Record<string, string>>) => unknown = () => noChange;

  override update(part: ElementPart, [properties]: [Readonly<Record<string, string>>]): unknown {
    const { style } = part.element as HTMLElement;
    for (const [name, value] of Object.entries(properties)) style.setProperty(name, value);
    return noChange;
  }
}

/** `<div ${elementStyle({ "flex-grow": "3" })}></div>` */
export const elementStyle = directive(ElementStyle);
