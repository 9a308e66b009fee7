internal import Ledger

/// A claimed file to be labelled, and how far an earlier run has come with it.
struct ClaimedJob {
  let job: Job
  /// What is done; nil to begin at the beginning.
  var checkpoint: Checkpoint?

  init(_ job: Job, from checkpoint: Checkpoint? = nil) {
    self.job = job
    self.checkpoint = checkpoint
  }
}
