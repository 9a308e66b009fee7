internal import CLinux
internal import Dispatch
internal import Glibc
internal import Synchronization
internal import SystemPackage

/// A thread of its own for work that blocks, so that the shared pool of threads never has to wait.
///
/// Unlike libdispatch's queues, which wait in silence for a thread that the system refuses, it fails.
package struct BackgroundThread: Sendable {
  private let done = DispatchSemaphore(value: 0)

  /// Starts `body` at once.
  ///
  /// - Parameter name: the thread's name in `ps -L`, `top -H` and debuggers, at most 15 bytes; longer ones are ignored.
  /// - Throws: `SystemCallError` if the system has refused a thread for a second.
  package init(_ name: String, _ body: @escaping @Sendable () -> Void) throws(SystemCallError) {
    let work = Work { [done] in
      // Sound: the text ends in NUL and is only read, during the call.
      unsafe pthread_setname_np(pthread_self(), name)
      body()
      done.signal()
    }
    var failure = Self.start(work)
    // Threads that have just ended may still be counted.
    for _ in 0..<50 where failure == EAGAIN {
      usleep(20_000)
      failure = Self.start(work)
    }
    guard failure == 0 else {
      throw SystemCallError("pthread_create", on: "thread \"\(name)\"", Errno(rawValue: failure))
    }
  }

  /// Waits until the work is done.
  package func join() {
    done.wait()
  }

  /// The work on its way to the thread, which takes it over.
  private final class Work: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }

  /// - Returns: the error number, 0 for success.
  private static func start(_ work: Work) -> Int32 {
    // Sound: the thread releases what is retained here; without a thread, it is released below.
    let retained = unsafe Unmanaged.passRetained(work)
    var thread = pthread_t()
    let failure = unsafe pthread_create(
      &thread, nil,
      { work in
        if let work = unsafe work { unsafe Unmanaged<Work>.fromOpaque(work).takeRetainedValue().body() }
        return nil
      }, retained.toOpaque())
    if failure == 0 { pthread_detach(thread) } else { unsafe retained.release() }
    return failure
  }
}

/// What a thread of its own makes, while the caller does something else.
package struct BackgroundValue<Value: Sendable>: ~Copyable, Sendable {
  private let make: @Sendable () -> Value
  private let made: Made
  private let thread: BackgroundThread?

  private final class Made: Sendable {
    let value = Mutex<Value?>(nil)
  }

  /// Begins to make the value, unless the system refuses a thread or addresses are short: a thread takes up to 136 MiB of
  /// them for its stack and its allocations, which the caller may have found free for its own.
  package init(_ name: String, _ make: @escaping @Sendable () -> Value) {
    let made = Made()
    (self.make, self.made) = (make, made)
    thread = Self.hasRoom ? try? BackgroundThread(name) { made.value.withLock { $0 = make() } } : nil
  }

  /// Whether a gigabyte of addresses is free.
  private static var hasRoom: Bool {
    let size = 1 << 30
    let flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE
    // Sound: a new mapping that nobody uses, unmapped at once.
    let room = unsafe mmap(nil, size, PROT_READ | PROT_WRITE, flags, -1, 0)
    guard unsafe room != MAP_FAILED else { return false }
    unsafe munmap(room, size)
    return true
  }

  /// A value so cheap that it needs no thread: the caller makes it when it asks.
  package init(_ make: @escaping @Sendable () -> Value) {
    (self.make, made, thread) = (make, Made(), nil)
  }

  /// Waits for the value; without a thread it is made now.
  package consuming func get() -> Value {
    thread?.join()
    let make = make
    return made.value.withLock { $0 ?? make() }
  }
}
