import Foundation
import TestSupport
import Testing

/// What the daemon tells a service manager, message by message.
@Suite struct ServeNotificationTests {
  @Test("Ready once, with how it is; stopping at once on SIGTERM; and all of it has arrived before the end")
  func startsAndStops() async throws {
    let daemon = try await NotifyingDaemon(["--spool", "spool"])
    let start = await daemon.manager.messages { $0.hasPrefix("READY=1") }
    #expect(start.last == "READY=1\nSTATUS=0 queued, 0 tweets/s, 0 rejected")
    #expect(start.dropLast().allSatisfy { $0.hasPrefix("EXTEND_TIMEOUT_USEC=") })
    kill(daemon.process.processIdentifier, SIGTERM)
    let stop = await daemon.manager.messages { $0 == "BARRIER=1" }
    #expect(stop.first { !$0.hasPrefix("STATUS=") }?.hasPrefix("STOPPING=1") == true)
    #expect(stop.last == "BARRIER=1")
    await daemon.waitUntilExit()
    #expect(daemon.process.terminationStatus == 0)
  }

  @Test("A start that fails says why, with the errno and the exit status, and never that it is ready")
  func failsToStart() async throws {
    let daemon = try await NotifyingDaemon(["--spool", "file/spool"])
    let messages = await daemon.manager.messages { $0 == "BARRIER=1" }
    #expect(messages.count == 2)
    #expect(messages.first?.hasPrefix("STATUS=file/spool: ") == true)
    #expect(messages.first?.hasSuffix("\nERRNO=20\nEXIT_STATUS=78") == true)
    await daemon.waitUntilExit()
    #expect(daemon.process.terminationStatus == 78)
  }

  @Test("SIGHUP during the start does not make it ready; the configuration is read again when it is")
  func reloadsWhenReady() async throws {
    let hangUp = """
      import os, signal, sys
      signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGHUP])
      os.kill(os.getpid(), signal.SIGHUP)
      os.execv(sys.argv[1], sys.argv[1:])
      """
    let daemon = try await NotifyingDaemon(["--spool", "spool"], under: ["/usr/bin/python3", "-c", hangUp])
    let isReady: (String) -> Bool = { $0.hasPrefix("READY=1") }
    let isReloading: (String) -> Bool = { $0.hasPrefix("RELOADING=1") }
    let start = await daemon.manager.messages(until: isReady)
    #expect(start.last.map(isReady) == true)
    #expect(!start.contains(where: isReloading))
    let reload = await daemon.manager.messages(until: isReady)
    #expect(reload.last.map(isReady) == true)
    #expect(reload.contains(where: isReloading))
  }

  @Test("An idle daemon pings the watchdog")
  func pingsWhileIdle() async throws {
    let daemon = try await NotifyingDaemon(["--spool", "spool"], environment: ["WATCHDOG_USEC": "600000"])
    var pings = 0
    _ = await daemon.manager.messages { message in
      pings += message == "WATCHDOG=1" ? 1 : 0
      return pings == 5
    }
    #expect(pings == 5)
  }

  @Test(
    "A disk that hangs stops the pings, though the daemon lives and tells how it is; they come again when it goes on",
    .enabled(if: getuid() == 0, "only root may attach strace to a process"))
  func fallsSilentWhenStuck() async throws {
    let daemon = try await NotifyingDaemon(["--spool", "spool"], environment: ["WATCHDOG_USEC": "600000"])
    _ = await daemon.manager.messages { $0.hasPrefix("READY=1") }
    let release = try await daemon.strace([
      "-e", "trace=fdatasync,fsync,syncfs", "-e", "inject=fdatasync,fsync,syncfs:delay_enter=60000000:when=1",
    ])
    try daemon.scratch.write("hola\n", to: "spool/inbox/a.txt")
    // Silent is who tells how it is twice and does not ping between; pings would come each fifth of a second.
    let isStatus: (String) -> Bool = { $0.hasPrefix("STATUS=") }
    var isSilent = false
    for _ in 0..<40 where !isSilent {
      isSilent = await daemon.manager.messages(until: isStatus).count == 1
    }
    #expect(isSilent)
    #expect(daemon.process.isRunning)
    // Without strace the call goes on at once.
    await release()
    #expect(await daemon.manager.messages { $0 == "WATCHDOG=1" }.last == "WATCHDOG=1")
  }

  @Test(
    "One thread that hangs stops the pings, though all others go on; they come again when it goes on",
    .enabled(if: getuid() == 0, "only root may hold a thread of another process"),
    arguments: ["worker 1", "worker 2", "reader", "writer"])
  func noticesOneThread(_ name: String) async throws {
    let daemon = try await NotifyingDaemon(
      ["--spool", "spool", "--workers", "2"], environment: ["WATCHDOG_USEC": "600000"])
    let isPing: (String) -> Bool = { $0 == "WATCHDOG=1" }
    #expect(await daemon.manager.messages(until: isPing).last == "WATCHDOG=1")
    let release = try await daemon.hold(name)
    // Pings came each half second, and some may wait to be read. Five seconds without one are nine that are missing.
    var isSilent = false
    for _ in 0..<60 where !isSilent {
      isSilent = await !daemon.manager.messages(for: .seconds(5), until: isPing).contains(where: isPing)
    }
    #expect(isSilent)
    #expect(daemon.process.isRunning)
    await release()
    #expect(await daemon.manager.messages(until: isPing).last == "WATCHDOG=1")
  }

  @Test("A ledger that cannot be read is told with the errno behind it")
  func tellsLedgerErrors() async throws {
    let daemon = try await NotifyingDaemon(["--spool", "spool"]) { scratch in
      try FileManager.default.createDirectory(
        atPath: scratch.path("spool/state/ledger.sqlite"), withIntermediateDirectories: true)
    }
    let messages = await daemon.manager.messages { $0 == "BARRIER=1" }
    #expect(messages.first?.hasSuffix("\nERRNO=\(EISDIR)\nEXIT_STATUS=74") == true)
  }

  @Test(
    "A commit that the disk refuses ends it, and is told with the errno",
    .enabled(if: getuid() == 0, "only root may attach strace to a process"))
  func tellsFailedCommits() async throws {
    let daemon = try await NotifyingDaemon(["--spool", "spool"])
    _ = await daemon.manager.messages { $0.hasPrefix("READY=1") }
    let ledger = daemon.scratch.path("spool/state/ledger.sqlite")
    let release = try await daemon.strace([
      "-P", ledger + "-wal", "-e", "trace=fdatasync,fsync", "-e", "inject=fdatasync,fsync:error=EIO",
    ])
    try daemon.scratch.write("hola\n", to: "spool/inbox/a.txt")
    let messages = await daemon.manager.messages { $0 == "BARRIER=1" }
    #expect(messages.contains { $0.hasSuffix("\nERRNO=\(EIO)\nEXIT_STATUS=74") })
    await release()
  }

  @Test("SIGABRT ends it: what the watchdog sends when it has waited in vain")
  func abortsWhenTold() async throws {
    let daemon = try await NotifyingDaemon(["--spool", "spool"])
    #expect(await daemon.manager.messages { $0.hasPrefix("READY=1") }.last?.hasPrefix("READY=1") == true)
    kill(daemon.process.processIdentifier, SIGABRT)
    await daemon.waitUntilExit()
    #expect(daemon.process.terminationReason == .uncaughtSignal)
    #expect(daemon.process.terminationStatus == SIGABRT)
  }
}
