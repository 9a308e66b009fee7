import Glibc
import SystemPackage
import TestSupport
import Testing

@testable import Systemd

/// One after the other: the socket's path is in the environment, which all tests share.
@Suite("Notifications", .serialized) struct ServiceNotifierTests {
  private let notifier = ServiceNotifier()

  @Test("Each message is one datagram with exactly its assignments")
  func messages() throws {
    let manager = try ServiceManagerSocket()
    unsafe setenv("NOTIFY_SOCKET", manager.path, 1)
    defer { unsafe unsetenv("NOTIFY_SOCKET") }
    notifier.ready(status: "3 queued")
    #expect(manager.receive() == "READY=1\nSTATUS=3 queued")
    notifier.ready()
    #expect(manager.receive() == "READY=1")
    notifier.status("12 tweets/s\nEXIT_STATUS=0")
    #expect(manager.receive() == "STATUS=12 tweets/s EXIT_STATUS=0")
    notifier.stopping()
    #expect(manager.receive() == "STOPPING=1")
    notifier.failed("no space left", errorNumber: ENOSPC, exitStatus: 74)
    #expect(manager.receive() == "STATUS=no space left\nERRNO=28\nEXIT_STATUS=74")
    notifier.extendTimeout(by: .milliseconds(2500))
    #expect(manager.receive() == "EXTEND_TIMEOUT_USEC=2500000")
    notifier.ping()
    #expect(manager.receive() == "WATCHDOG=1")
  }

  @Test("Reloading comes with the monotonic time, in one datagram")
  func reloading() throws {
    let manager = try ServiceManagerSocket()
    unsafe setenv("NOTIFY_SOCKET", manager.path, 1)
    defer { unsafe unsetenv("NOTIFY_SOCKET") }
    var before = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &before)
    notifier.reloading()
    let message = try #require(manager.receive())
    #expect(message.hasPrefix("RELOADING=1\nMONOTONIC_USEC="))
    let microseconds = try #require(Int(message.dropFirst("RELOADING=1\nMONOTONIC_USEC=".count)))
    #expect((microseconds - before.tv_sec * 1_000_000) / 1_000_000 < 60)
    #expect(microseconds >= before.tv_sec * 1_000_000)
  }

  @Test("Without a manager nothing happens")
  func nobody() {
    unsafe unsetenv("NOTIFY_SOCKET")
    notifier.ready()
    #expect(!notifier.flush(timeout: .milliseconds(1)))
  }

  @Test("A manager that has gone is no trouble")
  func goneManager() {
    unsafe setenv("NOTIFY_SOCKET", "/nonexistent/socket", 1)
    notifier.ready()
    unsafe unsetenv("NOTIFY_SOCKET")
  }

  @Test("The watchdog's interval is what systemd says, for this process alone")
  func watchdog() {
    unsafe setenv("WATCHDOG_USEC", "30000000", 1)
    #expect(Watchdog.interval == .seconds(30))
    #expect(Watchdog.pause == 10_000)
    let pauses: [(String, Int32)] = [("1", 1), ("8640000000000", .max), ("18446744073709551614", .max)]
    for (interval, pause) in pauses {
      unsafe setenv("WATCHDOG_USEC", interval, 1)
      #expect(Watchdog.pause == pause)
    }
    unsafe setenv("WATCHDOG_PID", "1", 1)
    #expect(Watchdog.interval == nil && Watchdog.pause == nil)
    unsafe unsetenv("WATCHDOG_PID")
    unsafe unsetenv("WATCHDOG_USEC")
    #expect(Watchdog.interval == nil)
  }
}
