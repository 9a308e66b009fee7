import AWDLSTM
import Glibc
import SystemCalls

/// The threads and the memory that a command needs beside what it has, checked before it begins.
///
/// Later it would be too late: without memory Swift's runtime traps, and without threads its pool waits for them in silence.
struct Capacity {
  /// How many further threads exist at the same time.
  var threads = 0
  /// Bytes, without the stacks of the threads.
  var memory: Int

  /// What loading and running a model takes, on one thread.
  ///
  /// - Parameter weights: the size of its file, which is mapped and copied in the kernels' order; 0 for the built-in model.
  static func model(weights: Int) -> Capacity {
    // A sparse file may be as large as numbers are.
    Capacity(memory: Int.clampedSum(32 << 20, Int.clampedSum(weights, weights)))
  }

  /// What a pipeline takes: its workers, which have tables of their own, its writer, and the thread for signals.
  static func pipeline(workers: Int) -> Capacity {
    Capacity(threads: workers + 2, memory: workers * 16 << 20)
  }

  /// What weighing the words of a text takes beside the scorer: the weights of the layers in single precision, as they are
  /// read and twice as they are packed, and the addresses that glibc keeps for the allocations of a second thread.
  static func explaining(_ model: Model) -> Capacity {
    let weights = model.architecture.tensors.filter { $0.name.hasPrefix("rnns.") }.reduce(0) { $0 + $1.count }
    return Capacity(memory: (48 + 64) << 20 + 12 * weights)
  }

  /// What a daemon takes in addition: SQLite, six threads for services and requests over HTTP, one of NIO,
  /// which traps without it, one of libdispatch, and those of Swift's pool: one a processor, at most seven.
  static let daemon = Capacity(threads: 15, memory: 32 << 20)

  static func + (first: Self, second: Self) -> Self {
    Capacity(
      threads: first.threads + second.threads, memory: Int.clampedSum(first.memory, second.memory))
  }

  /// Checks that all of it can be had now, by asking for it and giving it back.
  ///
  /// - Throws: `CommandFailure` (`osError`) that tells how much is missing and how to get it.
  func check() throws {
    try checkMemory()
    try checkThreads()
  }

  private func checkMemory() throws(CommandFailure) {
    // Sound: new mappings that nobody uses, unmapped at once.
    let own = unsafe mmap(nil, memory, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    defer { if unsafe own != MAP_FAILED { unsafe munmap(own, memory) } }
    // The stacks may exceed the machine's memory together: each is a mapping of its own, and hardly used.
    let flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE
    let others = unsafe mmap(nil, max(1, stacks), PROT_READ | PROT_WRITE, flags, -1, 0)
    defer { if unsafe others != MAP_FAILED { unsafe munmap(others, max(1, stacks)) } }
    guard unsafe own != MAP_FAILED, unsafe others != MAP_FAILED else {
      let bytes = Int.clampedSum(memory, stacks)
      throw CommandFailure(
        .osError,
        "not enough memory: \(bytes >> 20) MiB more are needed\(threadText); raise its limit (ulimit -v or -d)"
          + (Self.stackSize > Self.usualStack && threads > 0 ? ", or lower that of stacks (ulimit -s)" : ""))
    }
  }

  /// The size of the stacks of all threads.
  private var stacks: Int {
    let (size, overflows) = Self.stackSize.multipliedReportingOverflow(by: threads)
    return overflows ? .max : size
  }

  private var threadText: String {
    threads > 0 ? ", \(Self.stackSize >> 20) of them for each of \(threads) threads" : ""
  }

  private func checkThreads() throws {
    let door = try WakeUp()
    var waiting: [BackgroundThread] = []
    defer {
      door.ring()
      for thread in waiting { thread.join() }
    }
    for number in 0..<threads {
      do {
        waiting.append(
          try BackgroundThread("probe") { _ = Readiness.wait(for: door.descriptor, milliseconds: -1) })
      } catch {
        throw CommandFailure(
          .osError,
          "only \(number) of the \(threads) threads that are needed can be started: raise the limit of processes "
            + "(ulimit -u, or TasksMax= of a unit) or of memory (ulimit -v)")
      }
    }
  }

  /// The size of a stack where nobody has set another.
  private static let usualStack = 8 << 20

  /// The size of a new thread's stack.
  private static var stackSize: Int {
    var attributes = pthread_attr_t()
    var size = 0
    // Sound: the attributes are made before they are read, and the calls use them only while they run.
    unsafe pthread_attr_init(&attributes)
    unsafe pthread_attr_getstacksize(&attributes, &size)
    unsafe pthread_attr_destroy(&attributes)
    // The largest limit, in whole pages, is more than an `Int` holds.
    return Int(clamping: UInt(bitPattern: size))
  }
}
