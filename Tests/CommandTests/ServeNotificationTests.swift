import Foundation
import TestSupport
import Testing

/// What the daemon tells a service manager, message by message.
@Suite struct ServeNotificationTests {
  @Test("Ready once, with how it is; stopping at once on SIGTERM; and all of it has arrived before the end")
  func startsAndStops() throws {
    let daemon = try NotifyingDaemon(["--spool", "spool"])
    let start = daemon.manager.messages { $0.hasPrefix("READY=1") }
    #expect(start.last == "READY=1\nSTATUS=0 queued, 0 tweets/s, 0 rejected")
    #expect(start.dropLast().allSatisfy { $0.hasPrefix("EXTEND_TIMEOUT_USEC=") })
    kill(daemon.process.processIdentifier, SIGTERM)
    let stop = daemon.manager.messages { $0 == "BARRIER=1" }
    #expect(stop.first { !$0.hasPrefix("STATUS=") }?.hasPrefix("STOPPING=1") == true)
    #expect(stop.last == "BARRIER=1")
    daemon.process.waitUntilExit()
    #expect(daemon.process.terminationStatus == 0)
  }

  @Test("A start that fails says why, with the errno and the exit status, and never that it is ready")
  func failsToStart() throws {
    let daemon = try NotifyingDaemon(["--spool", "file/spool"])
    let messages = daemon.manager.messages { $0 == "BARRIER=1" }
    #expect(messages.count == 2)
    #expect(messages.first?.hasPrefix("STATUS=file/spool: ") == true)
    #expect(messages.first?.hasSuffix("\nERRNO=20\nEXIT_STATUS=78") == true)
    daemon.process.waitUntilExit()
    #expect(daemon.process.terminationStatus == 78)
  }

  @Test("An idle daemon pings the watchdog")
  func pingsWhileIdle() throws {
    let daemon = try NotifyingDaemon(["--spool", "spool"], environment: ["WATCHDOG_USEC": "600000"])
    var pings = 0
    _ = daemon.manager.messages { message in
      pings += message == "WATCHDOG=1" ? 1 : 0
      return pings == 5
    }
    #expect(pings == 5)
  }

  @Test(
    "A disk that hangs stops the pings, though the daemon lives and tells how it is; they come again when it goes on",
    .enabled(if: getuid() == 0, "only root may attach strace to a process"))
  func fallsSilentWhenStuck() throws {
    let daemon = try NotifyingDaemon(["--spool", "spool"], environment: ["WATCHDOG_USEC": "600000"])
    _ = daemon.manager.messages { $0.hasPrefix("READY=1") }
    let strace = Process()
    strace.executableURL = URL(filePath: "/usr/bin/strace")
    strace.arguments = [
      "-f", "-o", "/dev/null", "-p", "\(daemon.process.processIdentifier)",
      "-e", "trace=fdatasync,fsync,syncfs", "-e", "inject=fdatasync,fsync,syncfs:delay_enter=12000000:when=1",
    ]
    strace.standardError = FileHandle.nullDevice
    try strace.run()
    try daemon.scratch.write("hola\n", to: "spool/inbox/a.txt")
    // Silent is who tells how it is twice and does not ping between; pings would come each fifth of a second.
    let isStatus: (String) -> Bool = { $0.hasPrefix("STATUS=") }
    let isSilent = (0..<5).contains { _ in daemon.manager.messages(until: isStatus).count == 1 }
    #expect(isSilent)
    #expect(daemon.process.isRunning)
    #expect(daemon.manager.messages { $0 == "WATCHDOG=1" }.last == "WATCHDOG=1")
    kill(strace.processIdentifier, SIGKILL)
    strace.waitUntilExit()
  }

  @Test("SIGABRT ends it: what the watchdog sends when it has waited in vain")
  func abortsWhenTold() throws {
    let daemon = try NotifyingDaemon(["--spool", "spool"])
    #expect(daemon.manager.messages { $0.hasPrefix("READY=1") }.last?.hasPrefix("READY=1") == true)
    kill(daemon.process.processIdentifier, SIGABRT)
    daemon.process.waitUntilExit()
    #expect(daemon.process.terminationReason == .uncaughtSignal)
    #expect(daemon.process.terminationStatus == SIGABRT)
  }
}

/// `animo serve` in a fresh folder, with a service manager that listens.
final class NotifyingDaemon {
  let manager: ServiceManagerSocket
  let process = Process()
  let scratch: TemporaryDirectory

  init(_ arguments: [String], environment: [String: String] = [:]) throws {
    (manager, scratch) = (try ServiceManagerSocket(), try TemporaryDirectory())
    try scratch.write("", to: "file")
    process.executableURL = URL(filePath: Program.path)
    process.arguments = ["serve"] + arguments
    process.currentDirectoryURL = scratch.url
    process.standardError = FileHandle(forWritingAtPath: try scratch.write("", to: "log"))
    process.environment = ProcessInfo.processInfo.environment.merging(
      ["NOTIFY_SOCKET": manager.path].merging(environment) { $1 }
    ) { $1 }
    try process.run()
  }

  deinit {
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
  }
}
