import ArgumentParser
import Logging
import Spool
import Systemd

/// `animo cancel`: refuses unfinished jobs.
struct CancelCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cancel",
    abstract: "Cancel jobs: their files are refused.",
    discussion: """
      EXAMPLE
        $ animo cancel 20261127-101120-000311

      A cancelled file is moved to rejected/, with the reason "cancelled" next to it; nothing of it is \
      published or counted. Every user may cancel the jobs of their own files. A file that is still \
      waiting has no job yet: remove it from the inbox instead.
      """)

  @OptionGroup var spool: SpoolArguments

  @Argument(help: "Jobs, by their numbers or their files' names as animo queue prints them.")
  var jobs: [String]

  func run() throws { try JobCommandRun(.cancel, in: spool).run(jobs) }
}

/// `animo hold`: stops labelling jobs.
struct HoldCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "hold",
    abstract: "Hold jobs: they are not labelled until they are released.",
    discussion: """
      EXAMPLE
        $ animo hold 20261127-101112-345678

      Lines of the file that are already labelled are discarded. After release, it is labelled from its \
      beginning. A file that is still waiting has no job yet and cannot be held: move it out of the inbox, \
      and back when it is to be labelled.
      """)

  @OptionGroup var spool: SpoolArguments

  @Argument(help: "Jobs, by their numbers or their files' names as animo queue prints them.")
  var jobs: [String]

  func run() throws { try JobCommandRun(.hold, in: spool).run(jobs) }
}

/// `animo release`: labels held jobs.
struct ReleaseCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "release",
    abstract: "Release held jobs: they are labelled, without limits.",
    discussion: """
      EXAMPLE
        $ animo release 20261127-101120-000311

      A job is held by animo hold, or because its file exceeds one of the limits in animo.toml. After \
      release no limit applies to it.
      """)

  @OptionGroup var spool: SpoolArguments

  @Argument(help: "Jobs, by their numbers or their files' names as animo queue prints them.")
  var jobs: [String]

  func run() throws { try JobCommandRun(.release, in: spool).run(jobs) }
}

/// `animo retry`: labels the files of finished jobs again.
struct RetryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "retry",
    abstract: "Label the files of refused or finished jobs again.",
    discussion: """
      EXAMPLE
        $ animo retry table.csv

      The file is moved back into the inbox, from rejected/ or done/. Earlier outputs of the file \
      stay. The new output gets a new name, and its lines are counted in addition.
      """)

  @OptionGroup var spool: SpoolArguments

  @Argument(help: "Jobs, by their numbers or their files' names; a name stands for the last job that had it.")
  var jobs: [String]

  func run() throws { try JobCommandRun(.retry, in: spool).run(jobs) }
}

/// Does something with jobs, through the daemon if there is one, otherwise on the ledger.
struct JobCommandRun {
  private let action: JobRequest.Action
  private let spool: SpoolPlace

  init(_ action: JobRequest.Action, in spool: SpoolArguments) throws {
    self.action = action
    self.spool = try SpoolPlace(spool)
  }

  /// Prints a line for each job, and throws the first failure after having tried all.
  func run(_ jobs: [String]) throws {
    var failure: (any Error)?
    for job in jobs {
      do {
        try StandardOutput.write("\(try act(on: job)): \(done)\n")
      } catch let error as JobRequestError {
        if let failure { StandardError.write("animo: \(failure)\n") }
        failure = error
      }
    }
    if let failure { throw failure }
  }

  private func act(on job: String) throws -> String {
    if let done = try JobClient(spool.root).act(action, on: job) { return done }
    let log = Logger(label: "animo") { _ in SwiftLogNoOpLogHandler() }
    return try JobClient.act(action, on: job, in: spool.makeView(), log: log)
  }

  private var done: String {
    switch action {
    case .hold: "held"
    case .release: "released"
    case .cancel: "cancelled"
    case .retry: "in the inbox again"
    }
  }
}
