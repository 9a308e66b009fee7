package import Daemon

/// The events of a spool.
package enum SpoolEvent: String, Event, CaseIterable {
  /// All files of a job are published.
  case published = "5c047e9122aa4baba1f3ed82e87cc0e4"
  /// A whole file cannot be labelled.
  case refused = "06d0f472a1f84b918e4740b5f1680422"
  /// A job is not labelled further, until it is released or cancelled.
  case held = "be493b40ceff4549b660d47255b6f36d"
  /// An order for a job was given.
  case ordered = "53da591a6f7d477a8277b76d9953a853"
  /// The socket for commands cannot be made.
  case uncontrolled = "1a8c34287c3c4042a893a9b6cc45c2fb"
  /// The previous run left jobs to recover.
  case interrupted = "34d6ee3f279941b4854d98eb9980564a"
  /// A job continues from its checkpoint.
  case resumed = "90771d89273a4fa2b111dcb819d1d829"
  /// A job cannot continue from its checkpoint.
  case begunAnew = "4318fcd9fcdc455daafe0caef8b92017"
  /// The disk has lost data that it had acknowledged.
  case partTooShort = "7a42b081578f42069e84328032d467bb"
  /// A claimed input was removed from outside.
  case claimedFileGone = "48a5fe3fe5a1449e80f516cd8ad7f0c5"
  /// Something that no job owns was put into `work/`.
  case strangerInWork = "37433d70ccbc438daf2bbe30e6e93db3"
  /// An input was modified after reading began.
  case fileChanged = "a08fe73f4cb840238904017eb61906e3"
  /// The daemon stopped before the end of a file.
  case stoppedInFile = "13d1965ac78e4e248fe6d76ec44ec4cd"
  /// The daemon stopped while an operation was failing.
  case stoppedWhileHolding = "98b01c086cf746e4b0f01420a6e81250"
  /// Inputs in `done/` exceeded their age or size limit.
  case oldInputsRemoved = "5d8740b5b84b4590bf059f104b3d1acc"
  /// A link, FIFO, device or directory.
  case irregularFile = "47ec4e580b22401c92f61fd499324348"
  /// There are more of these than are logged by name.
  case moreIrregularFiles = "e19adbec81bd48e5ad74e999cb215317"
  /// Something else took the place of a file while it was being claimed.
  case notClaimed = "5c58baad3ccf415e9c6dbe3e099feb90"
  /// A settled file cannot be claimed.
  case notTakenYet = "cf108d7c633d4347a69632f3fe2f1aed"
  /// A job got a shorter name than its file.
  case nameCut = "f4a6c6c6a0f344458865d8ec8b02ef55"
  /// The inbox cannot be listed.
  case inboxGone = "ac04605edbdb4f8b82ebc16302579b47"
  /// The inbox can be listed again.
  case inboxBack = "c8538fca10c940c78e7b5b0cb1f10336"
  /// inotify does not see what other machines do.
  case remoteInbox = "d22c29aaca3c4c1ba5ef8833ae9722de"
  /// inotify is not available.
  case deaf = "24ef5d1d83da475fa7bb5227d9297262"
  /// inotify works again.
  case hearingAgain = "b857456e05d0476fa3d0c9e2f2a247d4"

  package var message: EventMessage {
    switch self {
    case .published: .info("published")
    case .refused: .warning("refused")
    case .held: .warning("held; release or cancel it")
    case .ordered: .notice("an order for a job")
    case .uncontrolled: .warning("cannot listen for commands; only the ledger tells of jobs")
    case .interrupted: .notice("an earlier run was interrupted; resuming its files")
    case .resumed: .info("resuming from the checkpoint")
    case .begunAnew: .warning("cannot resume; labelling the file from its beginning")
    case .partTooShort:
      .error("a part is shorter than the ledger says: the disk has lost acknowledged writes")
    case .claimedFileGone: .warning("a claimed file has disappeared from work/; forgetting it")
    case .strangerInWork: .warning("unknown file in work/; leaving it alone")
    case .fileChanged: .notice("the file changed while it was being read; starting over")
    case .stoppedInFile: .notice("stopped in the middle of a file; the next start resumes it")
    case .stoppedWhileHolding:
      .warning("stopped while held up; the next start resumes from the last checkpoint")
    case .oldInputsRemoved: .info("removed old inputs from done/")
    case .irregularFile: .notice("left in the inbox: not a regular file")
    case .moreIrregularFiles: .notice("more inbox entries are not regular files; not naming them")
    case .notClaimed:
      .warning("not a plain file when it was claimed; not labelling it")
    case .notTakenYet: .warning("left in the inbox: cannot be claimed yet")
    case .nameCut: .notice("file name too long; shortened")
    case .inboxGone: .warning("the inbox is missing or not readable; waiting for it")
    case .inboxBack: .notice("the inbox is back")
    case .remoteInbox:
      .notice("the inbox is on a network file system; polling it, with a longer settling time")
    case .deaf: .warning("cannot watch the inbox for new files; polling it")
    case .hearingAgain: .notice("watching the inbox for new files again")
    }
  }
}
