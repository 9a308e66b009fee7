internal import SystemCalls
internal import SystemPackage

/// A file in `work/` that is appended to, of which the first `length` bytes are valid.
struct PartFile: Sendable {
  /// Its valid length, in bytes.
  private(set) var length: Int
  /// Whether its name may not be on disk yet.
  private(set) var isNew = false

  private let name: FileName
  private let work: Directory
  private var descriptor: FileDescriptor?
  /// The length that has been synced.
  private var synchronized: Int
  /// Whether a partial write has left bytes after `length` that could not be truncated.
  private var hasRemains = false

  /// A part that is created on the first write; if `length` is given, it exists and has that length.
  init(_ name: FileName, in work: Directory, length: Int = 0) {
    (self.name, self.work, self.length) = (name, work, length)
    synchronized = length
  }

  /// Adds `bytes` at the end.
  ///
  /// - Throws: `SystemCallError`; a partial write is undone, at the latest before the next operation.
  mutating func append(_ bytes: Span<UInt8>) throws(SystemCallError) {
    let file = try open()
    do {
      try file.write(all: bytes, to: subject)
    } catch {
      hasRemains = true
      try? cutOffRemains(of: file)
      throw error
    }
    length += bytes.count
  }

  /// Creates the file if it does not exist.
  mutating func create() throws(SystemCallError) { _ = try open() }

  /// Syncs the content; the name is synced with the folder.
  mutating func synchronize() throws(SystemCallError) {
    guard let descriptor, synchronized < length || isNew else { return }
    try cutOffRemains(of: descriptor)
    try descriptor.synchronizeData(subject)
    synchronized = length
  }

  /// Notes that its name is on disk.
  mutating func markKnown() { isNew = false }

  /// Closes the file.
  mutating func close() {
    guard let descriptor else { return }
    // What cannot be truncated now is truncated by the next start.
    try? cutOffRemains(of: descriptor)
    try? descriptor.close()
    self.descriptor = nil
  }

  /// The open file, with `length` bytes.
  private mutating func open() throws(SystemCallError) -> FileDescriptor {
    if let descriptor {
      try cutOffRemains(of: descriptor)
      return descriptor
    }
    // Group-readable, as a rename turns the part into the output.
    let file =
      length > 0 ? try work.openToAppend(name) : try work.create(name, mode: [.ownerReadWrite, .groupRead])
    isNew = length == 0
    descriptor = file
    return file
  }

  private mutating func cutOffRemains(of file: FileDescriptor) throws(SystemCallError) {
    guard hasRemains else { return }
    try file.truncate(to: length, subject)
    hasRemains = false
  }

  private var subject: String { "\(work.path)/\(name)" }
}
