internal import Glibc
internal import SystemPackage

/// What this process uses of the machine: getrusage(2), getrlimit(2), proc(5).
package struct ProcessUsage: Sendable {
  /// Of all its threads, in user and kernel mode, in microseconds.
  package let processorTime: Int
  /// In bytes; nil without /proc, like the next two.
  package let (residentBytes, virtualBytes): (Int?, Int?)
  package let openFiles: Int?
  package let threads: Int?
  /// The limit of open files; nil if there is none.
  package let openFilesLimit: Int?

  /// The usage now.
  package init() {
    var usage = rusage()
    // Sound: the records are only written, during the calls.
    _ = unsafe getrusage(RUSAGE_SELF.rawValue, &usage)
    processorTime =
      (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1_000_000
      + Int(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec)
    var limit = rlimit()
    let isLimited = unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0
    openFilesLimit = isLimited ? Int(exactly: limit.rlim_cur) : nil
    let pages = Self.numbers(in: "/proc/self/statm")
    let pageSize = sysconf(Int32(_SC_PAGESIZE))
    virtualBytes = pages.first.map { $0 * pageSize }
    residentBytes = pages.dropFirst().first.map { $0 * pageSize }
    // After the name in parentheses, which may hold anything: field 20 is the 18th.
    threads = Self.numbers(in: "/proc/self/stat", after: UInt8(ascii: ")")).dropFirst(16).first
    openFiles = Self.countEntries(of: "/proc/self/fd")
  }

  private static func numbers(in path: String, after mark: UInt8? = nil) -> [Int] {
    guard var bytes = (try? FileDescriptor.contents(of: FilePath(path)))?[...] else { return [] }
    if let mark, let index = bytes.lastIndex(of: mark) { bytes = bytes[(index + 1)...] }
    return bytes.split { $0 == 0x20 || $0 == 0x0A }.compactMap { Int(String(decoding: $0, as: UTF8.self)) }
  }

  private static func countEntries(of path: FilePath) -> Int? {
    var count = 0
    do {
      var entries = try Directory(path).entries()
      while try entries.next() != nil { count += 1 }
    } catch {
      return nil
    }
    return count
  }
}

extension Directory {
  /// The space of its file system, in bytes: free for this process, and in all. statvfs(3).
  package func space() throws(SystemCallError) -> (free: Int, size: Int) {
    var status = statvfs()
    // Sound: the record is only written, during the call.
    guard unsafe fstatvfs(descriptor.rawValue, &status) == 0 else {
      throw SystemCallError("fstatvfs", on: path.string, Errno(rawValue: errno))
    }
    let unit = UInt64(status.f_frsize)
    // File systems without a size of their own, such as those of user space, report any number.
    func bytes(_ blocks: UInt64) -> Int {
      let (bytes, overflows) = blocks.multipliedReportingOverflow(by: unit)
      return overflows ? .max : Int(clamping: bytes)
    }
    return (bytes(UInt64(status.f_bavail)), bytes(UInt64(status.f_blocks)))
  }
}
