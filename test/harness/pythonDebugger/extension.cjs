/** The part of a Python extension that a debug session needs: which program speaks for the debugger. Test only. */
const vscode = require("vscode");

exports.activate = context => {
  context.subscriptions.push(
    vscode.debug.registerDebugAdapterDescriptorFactory("debugpy", {
      createDebugAdapterDescriptor: ({ configuration }) =>
        new vscode.DebugAdapterExecutable(configuration.debugAdapterPython, [
          "-m",
          "debugpy.adapter",
        ]),
    }),
  );
};
