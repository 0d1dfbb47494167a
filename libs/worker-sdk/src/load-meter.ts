/** CPU and memory of this process, for the Workers page. */
export class LoadMeter {
  private usage = process.cpuUsage();
  private readAt = performance.now();

  /** CPU share of one core since the last reading, 0 to 1, and resident memory. */
  read(): { cpuLoad: number; memoryBytes: string } {
    const now = performance.now();
    const { user, system } = process.cpuUsage(this.usage);
    const cpuLoad = (user + system) / 1000 / Math.max(1, now - this.readAt);
    this.usage = process.cpuUsage();
    this.readAt = now;
    return { cpuLoad: Math.min(1, cpuLoad), memoryBytes: String(process.memoryUsage.rss()) };
  }
}
