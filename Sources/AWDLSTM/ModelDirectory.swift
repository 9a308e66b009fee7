internal import Glibc
internal import SystemPackage

// A model as a directory, laid out as the ecosystem does.

extension Model {
  /// The names of a model's files in its directory.
  package enum FileName {
    package static let configuration = "config.json"
    package static let vocabulary = "vocab.txt"
    package static let weights = "model.safetensors"
  }

  /// Reads and checks a model directory. Big files are mapped, not read: they must not be changed in place
  /// while the model is in use; a new model goes into a new directory.
  package init(directory: String) throws(ModelError) {
    try self.init(
      configuration: ModelFile(path: "\(directory)/\(FileName.configuration)"),
      vocabulary: ModelFile(path: "\(directory)/\(FileName.vocabulary)"),
      weights: ModelFile(path: "\(directory)/\(FileName.weights)"))
  }

  /// Writes the model as a new directory, which appears complete or not at all: the files are written and
  /// synced in `<directory>.tmp`, which is then renamed.
  ///
  /// - Throws: when the directory exists (an empty one may), when `<directory>.tmp` cannot be made, and what
  ///   the system says to a write. The unfinished directory stays behind then.
  package func write(to directory: String) throws(ModelError) {
    let final = FilePath(directory).string
    let unfinished = final + ".tmp"
    // Sound: Swift lends both calls its strings as C strings.
    try attempt("a new directory", unfinished) { unsafe mkdir(unfinished, 0o755) == 0 || errno == EEXIST }
    try configuration.write(to: "\(unfinished)/\(FileName.configuration)")
    try vocabulary.write(to: "\(unfinished)/\(FileName.vocabulary)")
    try weights.write(to: "\(unfinished)/\(FileName.weights)")
    try sync(directory: unfinished)
    try attempt("no such directory yet, or an empty one", final) { unsafe rename(unfinished, final) == 0 }
    try sync(directory: parent(of: final))
  }
}

extension ModelFile {
  /// Writes and syncs the bytes as a file; one that is there already is replaced.
  fileprivate func write(to path: String) throws(ModelError) {
    do {
      let target = try FileDescriptor.open(
        FilePath(path), .writeOnly, options: [.create, .truncate, .closeOnExec],
        permissions: [.ownerReadWrite, .groupRead, .otherRead])
      try target.closeAfter {
        _ = try withBytes { (bytes) throws in
          try unsafe bytes.withUnsafeBytes { try unsafe target.writeAll($0) }
        }
        guard fsync(target.rawValue) == 0 else { throw Errno(rawValue: errno) }
      }
    } catch {
      throw ModelError(file: path, expected: "to be written", found: "\(error)")
    }
  }
}

/// Makes the names in a directory durable.
private func sync(directory: String) throws(ModelError) {
  do {
    let descriptor = try FileDescriptor.open(
      FilePath(directory), .readOnly, options: [.directory, .closeOnExec])
    try descriptor.closeAfter {
      guard fsync(descriptor.rawValue) == 0 else { throw Errno(rawValue: errno) }
    }
  } catch {
    throw ModelError(file: directory, expected: "to be synced", found: "\(error)")
  }
}

private func parent(of path: String) -> String {
  let parent = FilePath(path).removingLastComponent()
  return parent.isEmpty ? "." : parent.string
}

/// Runs a system call and turns its refusal into an error about `path`.
private func attempt(_ expected: String, _ path: String, _ call: () -> Bool) throws(ModelError) {
  guard !call() else { return }
  throw ModelError(file: path, expected: expected, found: "\(Errno(rawValue: errno))")
}
