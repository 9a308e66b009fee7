package import SystemCalls
package import SystemPackage

/// The log of training, one JSON object per line, for people, plots and scripts.
///
/// Each line is written with a single call, so a killed program leaves whole lines; the log is synced before each
/// checkpoint. A checkpoint records the length of the log: a run that resumes from it truncates the log to that
/// length and writes the rest again.
package final class TrainingLog: Sendable {
  private let file: FileDescriptor
  private let path: FilePath

  /// Opens the log at `path`.
  ///
  /// - Parameter continuing: whether to keep existing lines, except a last one cut off by a full disk.
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

  /// Writes a line unless it is already there: for lines that every run would write.
  package func appendOnce(_ entry: LogEntry) throws(SystemCallError) {
    let line = Array(entry.line.utf8)[...]
    guard try !wholeLines().split(separator: UInt8(ascii: "\n")).contains(line) else { return }
    try append(entry)
  }

  /// Removes the first line of a stage and everything after it: a stage without checkpoints starts over.
  ///
  /// - Parameter keepingTexts: whether the line about its texts, written before it begins, is not the first.
  package func forget(from stage: String, keepingTexts: Bool = false) throws(SystemCallError) {
    let start = Array("{\"stage\":\"\(stage)\",".utf8)
    let texts = start + Array("\"epoch\":0,".utf8)
    var offset = 0
    for line in try wholeLines().split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      let isKept = keepingTexts && line.starts(with: texts)
      if line.starts(with: start), !isKept { return try cut(to: offset) }
      offset += line.count + 1
    }
  }

  /// Syncs the log to disk; returns its length in bytes.
  package func synchronize() throws(SystemCallError) -> Int {
    try file.synchronizeData(path.string)
    return try file.status(path.string).size
  }

  /// The whole lines of the log.
  private func wholeLines() throws(SystemCallError) -> [UInt8] {
    try systemCall("lseek", on: path.string) { _ = try file.seek(offset: 0, from: .start) }
    var lines = try file.readToEnd(of: path.string)
    let end = lines.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    lines.removeLast(lines.count - end)
    return lines
  }

  /// Truncates the log to `byteCount` bytes; a shorter log is left alone.
  package func cut(to byteCount: Int) throws(SystemCallError) {
    guard try file.status(path.string).size > byteCount else { return }
    try systemCall("ftruncate", on: path.string) { try file.resize(to: Int64(byteCount)) }
  }
}
