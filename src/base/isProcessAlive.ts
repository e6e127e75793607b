/** Whether a process of this id runs, whoever it belongs to. */
export function isProcessAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Another user's process lives, and may not be asked.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
