/**
 * Returns a function that runs `task` for a key: at once, then at most once per `interval` milliseconds. Calls that arrive meanwhile share the
 * next run, which starts after the last of them. Runs of one key never overlap.
 */
export function coalesceByKey(task: (key: string) => Promise<unknown>, interval: number): (key: string) => void {
  const running = new Set<string>();
  const again = new Set<string>();

  const run = async (key: string) => {
    running.add(key);
    const pause = new Promise((done) => setTimeout(done, interval));
    await task(key).catch(() => {});
    await pause;
    running.delete(key);
    if (again.delete(key)) void run(key);
  };

  return (key) => {
    if (running.has(key)) again.add(key);
    else void run(key);
  };
}
