import Foundation
import TestSupport

/// `animo serve` in a fresh folder, with a service manager that listens.
final class NotifyingDaemon {
  let manager: ServiceManagerSocket
  let process = Process()
  let scratch: TemporaryDirectory

  /// - Parameters:
  ///   - runner: a program with arguments that runs it, such as strace; by default nothing stands between.
  ///   - prepare: what is done in the folder before the start.
  init(
    _ arguments: [String], environment: [String: String] = [:], under runner: [String] = [],
    prepare: (TemporaryDirectory) async throws -> Void = { _ in }
  ) async throws {
    (manager, scratch) = (try ServiceManagerSocket(), try TemporaryDirectory())
    try scratch.write("", to: "file")
    try await prepare(scratch)
    let command = runner + [try Program.path, "serve"] + arguments
    process.executableURL = URL(filePath: command[0])
    process.arguments = Array(command.dropFirst())
    process.currentDirectoryURL = scratch.url
    process.standardError = FileHandle(forWritingAtPath: try scratch.write("", to: "log"))
    process.environment = Program.environment(
      with: ["NOTIFY_SOCKET": manager.path].merging(environment) { $1 })
    try process.run()
  }

  deinit {
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
  }

  /// Waits until the daemon has ended.
  func waitUntilExit() async {
    await onOwnThread { [process] in process.waitUntilExit() }
  }

  /// Attaches strace(1) to the running daemon; returns what detaches it.
  func strace(_ arguments: [String]) async throws -> () async -> Void {
    let strace = Process()
    strace.executableURL = URL(filePath: "/usr/bin/strace")
    strace.arguments = ["-f", "-o", "/dev/null", "-p", "\(process.processIdentifier)"] + arguments
    let errors = Pipe()
    strace.standardError = errors
    try strace.run()
    // It says that it has attached; and it would die of its next message if nobody could read that.
    _ = await onOwnThread { errors.fileHandleForReading.availableData }
    return {
      kill(strace.processIdentifier, SIGKILL)
      await onOwnThread { strace.waitUntilExit() }
      try? errors.fileHandleForReading.close()
    }
  }

  /// Lets one of its threads hang; returns what lets it go on.
  func hold(_ thread: String) async throws -> () async -> Void {
    let (holder, input, output) = (Process(), Pipe(), Pipe())
    holder.executableURL = Repository.tests.appending(path: "Sweeps/hold-thread")
    holder.arguments = ["\(process.processIdentifier)", thread]
    (holder.standardInput, holder.standardOutput) = (input, output)
    try holder.run()
    let answer = await onOwnThread { output.fileHandleForReading.availableData }
    guard !answer.isEmpty else { throw NoSuchThread() }
    return {
      try? input.fileHandleForWriting.close()
      await onOwnThread { holder.waitUntilExit() }
    }
  }

  struct NoSuchThread: Error {}
}
