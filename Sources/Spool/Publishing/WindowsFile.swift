internal import Ledger
internal import Scoring
internal import SystemCalls
internal import SystemPackage

/// `stats/windows.jsonl`: a line for each closed window of event time, and another for each of its revisions.
///
/// The ledger decides, then the file follows: the ledger takes down the lines together with their revisions and their
/// place in the file, and only then are they written there. After a crash between the two the same lines are written
/// once more to the same place, so that each revision is in the file exactly once, and readers who follow the file
/// never see a line taken back.
///
/// The file that has grown long becomes `windows.1.jsonl`, in place of the one before it.
struct WindowsFile: Sendable {
  private let folder: Directory
  private let ledger: Ledger
  /// How long the file is with the lines taken last; nil if these may be missing from it.
  private var length: Int?
  private var hasChanged = false
  private let pace: Throttle

  private static let name: FileName = "windows.jsonl"
  private static let oldName: FileName = "windows.1.jsonl"
  /// How long a file becomes, in bytes, before the next is begun.
  private static let longest = 16 << 20

  /// - Parameter interval: how often to look for closed windows that have changed.
  init(in folder: Directory, _ ledger: Ledger, interval: Duration = .seconds(10)) {
    (self.folder, self.ledger) = (folder, ledger)
    pace = Throttle(interval)
  }

  /// Notes that windows may have changed.
  mutating func markChanged() { hasChanged = true }

  /// Writes the lines of all closed windows that have changed.
  ///
  /// - Parameter isLast: whether to do so although it is not time for it.
  /// - Returns: whether it was time for it, or there was nothing to write: only then has a failure passed.
  /// - Throws: `SystemCallError` or `LedgerError`. Nothing is lost then: the next call begins with what is missing.
  @discardableResult
  mutating func write(isLast: Bool) throws -> Bool {
    guard isLast || hasChanged || length == nil else { return true }
    guard isLast || pace.isDue() else { return false }
    var position = if let length { length } else { try append(ledger.lines()) }
    length = position
    guard isLast || hasChanged else {
      pace.hurry()
      return true
    }
    while let lines = try ledger.takeLines(at: position >= Self.longest ? 0 : position) {
      length = nil
      position = try append(lines)
      length = position
    }
    hasChanged = false
    return true
  }

  /// Lets the file end with `lines`, of which some may be in it already; returns its length.
  private func append(_ lines: Ledger.Lines) throws(SystemCallError) -> Int {
    let bytes = Array(lines.text.utf8)
    let size = try folder.status(of: Self.name)?.size
    // A file of which a part was removed from outside goes on at its end.
    var position = min(lines.position, size ?? 0)
    guard !bytes.isEmpty else { return size ?? 0 }
    if lines.position == 0, let size, size >= Self.longest {
      try rotate()
      position = 0
    }
    let file = try open()
    defer { try? file.close() }
    let subject = "\(folder.path)/\(Self.name)"
    let present = try rest(of: file, from: position, subject)
    let isBeginning = bytes.starts(with: present)
    if !isBeginning { try file.truncate(to: position, subject) }
    try file.write(all: bytes.span.extracting((isBeginning ? present.count : 0)...), to: subject)
    try file.synchronizeData(subject)
    try folder.synchronize()
    return position + bytes.count
  }

  private func rotate() throws(SystemCallError) {
    if try folder.status(of: Self.oldName) != nil { try folder.remove(Self.oldName) }
    try folder.move(Self.name, to: folder, as: Self.oldName)
  }

  private func open() throws(SystemCallError) -> FileDescriptor {
    do {
      return try folder.openToAppend(Self.name)
    } catch {
      guard error.reason == .noSuchFileOrDirectory else { throw error }
      return try folder.create(Self.name, mode: [.ownerReadWrite, .groupRead])
    }
  }

  /// What the file holds from `position` on.
  private func rest(
    of file: FileDescriptor, from position: Int, _ subject: String
  ) throws(SystemCallError) -> [UInt8] {
    guard try file.status(subject).size > position else { return [] }
    let reader = try folder.open(Self.name)
    defer { try? reader.close() }
    _ = try? reader.seek(offset: Int64(position), from: .start)
    return try reader.readToEnd(of: subject)
  }
}
