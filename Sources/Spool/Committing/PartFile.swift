internal import SystemCalls
internal import SystemPackage

/// A file in `work/` that is appended to: of what it holds, `length` bytes count.
struct PartFile: Sendable {
  /// What it holds that counts, in bytes.
  private(set) var length: Int
  /// Whether its name may not have reached the disk.
  private(set) var isNew = false

  private let name: FileName
  private let work: Directory
  private var descriptor: FileDescriptor?
  /// How much of it is on disk for certain.
  private var synchronized: Int
  /// Whether a write has failed half-way, and what it has left behind `length` could not be cut off.
  private var hasRemains = false

  /// A part that is made when there is something to write; with a `length` it exists already, and is that long.
  init(_ name: FileName, in work: Directory, length: Int = 0) {
    (self.name, self.work, self.length) = (name, work, length)
    synchronized = length
  }

  /// Adds `bytes` at the end.
  ///
  /// - Throws: `SystemCallError`; then it is as it was, or will be before anything else is done with it.
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

  /// Makes sure that there is a file, though it may be empty.
  mutating func create() throws(SystemCallError) { _ = try open() }

  /// Makes what it holds survive a power cut; its name is the folder's business.
  mutating func synchronize() throws(SystemCallError) {
    guard let descriptor, synchronized < length || isNew else { return }
    try cutOffRemains(of: descriptor)
    try descriptor.synchronizeData(subject)
    synchronized = length
  }

  /// Says that its name is on disk.
  mutating func markKnown() { isNew = false }

  /// Ends writing to it.
  mutating func close() {
    guard let descriptor else { return }
    // What cannot be cut off now is cut off by the next start.
    try? cutOffRemains(of: descriptor)
    try? descriptor.close()
    self.descriptor = nil
  }

  /// Its file, which holds `length` bytes.
  private mutating func open() throws(SystemCallError) -> FileDescriptor {
    if let descriptor {
      try cutOffRemains(of: descriptor)
      return descriptor
    }
    // Readable for the group: the part becomes the output by a rename alone.
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
