package import SystemCalls
package import SystemPackage

/// What training did, a JSON object a line, for people, plots and scripts.
///
/// Every line is written at once and whole, so that a program that is killed leaves whole lines, and made durable
/// before each checkpoint. A checkpoint remembers how long the log was: a run that goes on from it cuts what
/// came after and writes it again.
package final class TrainingLog: Sendable {
  private let file: FileDescriptor
  private let path: FilePath

  /// Opens the log at `path`.
  ///
  /// - Parameter continuing: whether what is there stays, but for a last line that a full disk cut off.
  package init(_ path: FilePath, continuing: Bool) throws(SystemCallError) {
    self.path = path
    var options: FileDescriptor.OpenOptions = [.append, .create, .closeOnExec]
    if !continuing { options.insert(.truncate) }
    file = try systemCall("open", on: path.string) {
      try FileDescriptor.open(
        path, .readWrite, options: options, permissions: [.ownerReadWrite, .groupRead, .otherRead])
    }
    try cut(to: wholeLines().count)
  }

  deinit { try? file.close() }

  /// Writes a line.
  package func append(_ entry: LogEntry) throws(SystemCallError) {
    try file.write(all: Array((entry.line + "\n").utf8).span, to: path.string)
  }

  /// Writes a line unless it is there: what every run of a training would say.
  package func appendOnce(_ entry: LogEntry) throws(SystemCallError) {
    let line = Array(entry.line.utf8)[...]
    guard try !wholeLines().split(separator: UInt8(ascii: "\n")).contains(line) else { return }
    try append(entry)
  }

  /// Forgets the first line of a stage and all after it: a stage that keeps no checkpoint begins anew.
  package func forget(from stage: String) throws(SystemCallError) {
    let start = Array("{\"stage\":\"\(stage)\",".utf8)
    var offset = 0
    for line in try wholeLines().split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      if line.starts(with: start) { return try cut(to: offset) }
      offset += line.count + 1
    }
  }

  /// Makes all lines durable; returns how long the log is now, in bytes.
  package func synchronize() throws(SystemCallError) -> Int {
    try file.synchronizeData(path.string)
    return try file.status(path.string).size
  }

  /// The log as it is, up to its last line end.
  private func wholeLines() throws(SystemCallError) -> [UInt8] {
    try systemCall("lseek", on: path.string) { _ = try file.seek(offset: 0, from: .start) }
    var lines = try file.readToEnd(of: path.string)
    let end = lines.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    lines.removeLast(lines.count - end)
    return lines
  }

  /// Forgets everything after the first `byteCount` bytes; a log that is shorter stays as it is.
  package func cut(to byteCount: Int) throws(SystemCallError) {
    guard try file.status(path.string).size > byteCount else { return }
    try systemCall("ftruncate", on: path.string) { try file.resize(to: Int64(byteCount)) }
  }
}
