internal import Daemon
package import Logging

/// What a spool logs.
package enum SpoolEvent: String, Event, CaseIterable {
  /// All files of a job are in their places.
  case published = "5c047e9122aa4baba1f3ed82e87cc0e4"
  /// A whole file cannot be labelled.
  case refused = "06d0f472a1f84b918e4740b5f1680422"
  /// There was something to recover.
  case interrupted = "34d6ee3f279941b4854d98eb9980564a"
  /// A job that was begun goes on.
  case resumed = "90771d89273a4fa2b111dcb819d1d829"
  /// A job that was begun cannot go on.
  case begunAnew = "4318fcd9fcdc455daafe0caef8b92017"
  /// A disk does not keep its promise.
  case partTooShort = "7a42b081578f42069e84328032d467bb"
  /// Somebody has taken away what is nobody's business.
  case claimedFileGone = "48a5fe3fe5a1449e80f516cd8ad7f0c5"
  /// Somebody has put something into `work/`.
  case strangerInWork = "37433d70ccbc438daf2bbe30e6e93db3"
  /// What was read of a file is not what it holds now.
  case fileChanged = "a08fe73f4cb840238904017eb61906e3"
  /// Something in a file was left out.
  case contentIgnored = "59bcebc622bd4e9ebbf67c86bd233f0b"
  /// The end came while a file was read.
  case stoppedInFile = "13d1965ac78e4e248fe6d76ec44ec4cd"
  /// The end came while something could not be done.
  case stoppedWhileHolding = "98b01c086cf746e4b0f01420a6e81250"
  /// `done/` was too old or too large.
  case oldInputsRemoved = "5d8740b5b84b4590bf059f104b3d1acc"
  /// A link, FIFO, device or directory.
  case irregularFile = "47ec4e580b22401c92f61fd499324348"
  /// There are more of these than are told by name.
  case moreIrregularFiles = "e19adbec81bd48e5ad74e999cb215317"
  /// A file at rest stays where it is.
  case notTakenYet = "cf108d7c633d4347a69632f3fe2f1aed"
  /// A job has another name than its file had.
  case nameCut = "f4a6c6c6a0f344458865d8ec8b02ef55"
  /// The inbox cannot be looked into.
  case inboxGone = "ac04605edbdb4f8b82ebc16302579b47"
  /// It can be looked into again.
  case inboxBack = "c8538fca10c940c78e7b5b0cb1f10336"
  /// Nothing is heard of what others do there.
  case remoteInbox = "d22c29aaca3c4c1ba5ef8833ae9722de"
  /// inotify gives nothing.
  case deaf = "24ef5d1d83da475fa7bb5227d9297262"
  /// inotify works again.
  case hearingAgain = "b857456e05d0476fa3d0c9e2f2a247d4"

  package var text: String {
    switch self {
    case .published: "published"
    case .refused: "refused"
    case .interrupted: "an earlier run was interrupted; going on with its files"
    case .resumed: "going on after the checkpoint"
    case .begunAnew: "a file that was begun is labelled from its beginning"
    case .partTooShort: "a part is shorter than the ledger says: the disk has lost what it had acknowledged"
    case .claimedFileGone: "a claimed file has gone from work/; it is forgotten"
    case .strangerInWork: "left alone in work/: not of this program's making"
    case .fileChanged: "the file changed while it was read; beginning again"
    case .contentIgnored: "the file was read, but something in it was left out"
    case .stoppedInFile: "stopped in the middle of a file; the next start goes on with it"
    case .stoppedWhileHolding: "stopped while holding; the next start goes on from the last checkpoint"
    case .oldInputsRemoved: "removed old inputs from done/"
    case .irregularFile: "left in the inbox: not a regular file"
    case .moreIrregularFiles: "more things in the inbox that are not regular files: they are only counted"
    case .notTakenYet: "left in the inbox: it cannot be taken yet"
    case .nameCut: "the file's name is too long to add to; it was cut"
    case .inboxGone: "the inbox is gone or closed; waiting for it"
    case .inboxBack: "the inbox is back"
    case .remoteInbox:
      "the inbox is on a network file system: looking for files again and again, and letting them rest for longer"
    case .deaf: "cannot hear of new files; looking for them again and again"
    case .hearingAgain: "hears of new files again"
    }
  }

  package var level: Logger.Level {
    switch self {
    case .published, .resumed, .oldInputsRemoved: .info
    case .interrupted, .fileChanged, .stoppedInFile, .irregularFile, .moreIrregularFiles, .nameCut,
      .inboxBack, .remoteInbox, .hearingAgain:
      .notice
    case .refused, .contentIgnored, .begunAnew, .claimedFileGone, .strangerInWork, .stoppedWhileHolding,
      .notTakenYet,
      .inboxGone, .deaf:
      .warning
    case .partTooShort: .error
    }
  }
}
