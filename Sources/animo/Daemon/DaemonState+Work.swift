import Spool
import StatusServer
import SystemCalls

extension DaemonState {
  /// What `work` tells of itself now.
  init(of work: any DaemonWork, reloads: Reloads) {
    let current = work.current
    self.init(
      statistics: current.snapshot, json: current.json,
      queue: Queue(files: current.queue.queued, leftAlone: current.queue.leftAlone), trouble: work.trouble,
      reloads: reloads, build: Build(version: Version.current, model: current.model),
      started: current.started.microseconds)
  }
}
