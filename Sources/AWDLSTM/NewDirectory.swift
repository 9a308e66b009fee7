internal import Glibc
internal import SystemCalls
internal import SystemPackage

/// A directory that appears complete or not at all: its files are written and synced in `<path>.tmp`, which
/// is then renamed.
struct NewDirectory {
  /// Where the files lie until all are there.
  let unfinished: String
  private let path: String
  private var written: [String] = []

  /// Makes the directory with what `fill` writes into it.
  ///
  /// - Throws: when the directory exists (an empty one may), when `<path>.tmp` cannot be made, holds something
  ///   else or is another process's, what the system says to a write, and what `fill` throws. What was written
  ///   is removed then.
  static func make(
    _ path: String, filledBy fill: (inout NewDirectory) throws(ModelError) -> Void
  ) throws(ModelError) {
    var directory = NewDirectory(path)
    let claim = try directory.claim()
    defer { withExtendedLifetime(claim) {} }
    do {
      try fill(&directory)
      try directory.removeLeftovers()
      try directory.publish()
    } catch {
      directory.remove()
      throw error
    }
  }

  private init(_ path: String) {
    // As FilePath writes it: without a slash at the end.
    self.path = FilePath(path).string
    unfinished = self.path + ".tmp"
  }

  /// Makes `<path>.tmp` and locks it: two processes would mix their files.
  ///
  /// - Returns: the directory, locked as long as this is in use.
  private func claim() throws(ModelError) -> Directory {
    for _ in 0..<Self.attempts {
      // Sound: Swift lends the calls their strings as C strings.
      try attempt("a new directory", unfinished) { unsafe mkdir(unfinished, 0o755) == 0 || errno == EEXIST }
      // Another process may have given it its name in between, here and below.
      guard let directory = try? Directory(FilePath(unfinished)) else { continue }
      // Some network file systems lock no directories.
      guard let isFree = try? directory.lock() else { return directory }
      guard isFree else {
        throw ModelError(
          file: unfinished, expected: "no other process that makes this folder", found: "one",
          remedy: "wait for it to end, or name another folder")
      }
      let opened = try? directory.descriptor.status(unfinished)
      let named = try? FileStatus(of: FilePath(unfinished))
      if let opened, opened.identity == named?.identity { return directory }
    }
    throw ModelError(file: unfinished, expected: "a new directory", found: "one that cannot be opened")
  }

  private static let attempts = 8

  /// Writes and syncs a file; one that an interrupted run left behind is replaced.
  ///
  /// - Parameter content: calls what it is given with the file's bytes, piece by piece.
  mutating func write(
    _ name: String,
    _ content: (_ write: (RawSpan) throws(ModelError) -> Void) throws(ModelError) -> Void
  ) throws(ModelError) {
    written.append(name)
    let path = "\(unfinished)/\(name)"
    let target = try open(path)
    defer { try? target.close() }
    try content { (piece) throws(ModelError) in
      try system("to be written", path) {
        // Sound: the bytes are only read, during the call.
        _ = try unsafe piece.withUnsafeBytes { try unsafe target.writeAll($0) }
      }
    }
    try attempt("to be synced", path) { fsync(target.rawValue) == 0 }
  }

  private func open(_ path: String) throws(ModelError) -> FileDescriptor {
    try system("to be written", path) {
      try FileDescriptor.open(
        FilePath(path), .writeOnly, options: [.create, .truncate, .closeOnExec],
        permissions: [.ownerReadWrite, .groupRead, .otherRead])
    }
  }

  /// Removes the files of a model that an interrupted run has left behind and this one has not replaced, such
  /// as the marks of a model that had some.
  ///
  /// - Throws: if there is anything else, as the directory may have another purpose.
  private func removeLeftovers() throws(ModelError) {
    let (names, foreign) = try system("to be listed", unfinished) {
      try Model.leftovers(in: unfinished, except: written)
    }
    if let foreign {
      throw ModelError(
        file: unfinished, expected: "nothing but what is written now", found: quoted(foreign),
        remedy: "\(path) is made there first; remove this folder, or give it another name")
    }
    // Sound: as above.
    for name in names { _ = unsafe unlink("\(unfinished)/\(name)") }
  }

  private func publish() throws(ModelError) {
    try sync(unfinished)
    // Sound: as above.
    try attempt("no such directory yet, or an empty one", path) { unsafe rename(unfinished, path) == 0 }
    let parent = FilePath(path).removingLastComponent()
    try sync(parent.isEmpty ? "." : parent.string)
  }

  /// Takes back what was written; a failure to do so changes nothing.
  private func remove() {
    // Sound: as above.
    for name in written { _ = unsafe unlink("\(unfinished)/\(name)") }
    _ = unsafe rmdir(unfinished)
  }

  /// Makes the names in a directory durable.
  private func sync(_ directory: String) throws(ModelError) {
    let descriptor = try system("to be synced", directory) {
      try FileDescriptor.open(FilePath(directory), .readOnly, options: [.directory, .closeOnExec])
    }
    defer { try? descriptor.close() }
    try attempt("to be synced", directory) { fsync(descriptor.rawValue) == 0 }
  }
}

/// Runs calls that throw and turns what the system refuses into an error about `path`.
private func system<Result>(
  _ expected: String, _ path: String, _ calls: () throws -> Result
) throws(ModelError) -> Result {
  do { return try calls() } catch { throw ModelError(file: path, expected: expected, found: "\(error)") }
}

/// Runs a system call and turns its refusal into an error about `path`.
private func attempt(_ expected: String, _ path: String, _ call: () -> Bool) throws(ModelError) {
  guard !call() else { return }
  throw ModelError(file: path, expected: expected, found: "\(Errno(rawValue: errno))")
}
