package recorder;

/** The innermost line of the program on the stack: `-Dprogram=clinic:src/main/java` names its package and its root. */
public class Place {
  static String find(int offset) {
    String[] program = System.getProperty("program").split(":");
    for (StackTraceElement frame : Thread.currentThread().getStackTrace()) {
      String name = frame.getClassName();
      if (!name.startsWith(program[0] + ".") || name.contains("$$") || frame.getLineNumber() <= 0) continue;
      String folder = name.contains(".") ? name.substring(0, name.lastIndexOf('.')).replace('.', '/') : "";
      return program[1] + "/" + folder + "/" + frame.getFileName() + ":" + (frame.getLineNumber() + offset);
    }
    return null;
  }
}
