// A model as a directory, with the usual names of files.

package import SystemCalls
internal import SystemPackage

extension Model {
  /// The names of a model's files in its directory.
  package enum StandardFile {
    package static let configuration = "config.json"
    package static let vocabulary = "vocab.txt"
    package static let weights = "model.safetensors"
    package static let marks = "marks.txt"
    package static let learnt = "learnt.bloom"

    package static let all = [configuration, vocabulary, weights, marks, learnt]
  }

  /// Reads and checks a model directory. Big files are mapped, not read: they must not be changed in place
  /// while the model is in use; a new model goes into a new directory.
  package init(directory: String) throws(ModelError) {
    try Self.requireModel(in: directory)
    let configuration = try ModelFile(path: "\(directory)/\(StandardFile.configuration)")
    let hasMarks = try Architecture(configuration: configuration).marks != nil
    try self.init(
      configuration: configuration,
      vocabulary: ModelFile(path: "\(directory)/\(StandardFile.vocabulary)"),
      weights: ModelFile(path: "\(directory)/\(StandardFile.weights)"),
      marks: hasMarks ? ModelFile(path: "\(directory)/\(StandardFile.marks)") : nil,
      learnt: try? ModelFile(path: "\(directory)/\(StandardFile.learnt)"))
  }

  /// Checks that there is a configuration; other faults, such as a missing permission, are found by reading it.
  ///
  /// - Throws: `ModelError` about the directory.
  private static func requireModel(in directory: String) throws(ModelError) {
    let name = StandardFile.configuration
    do {
      guard try FileStatus(of: FilePath("\(directory)/\(name)")) == nil else { return }
    } catch {
      return
    }
    var found = "no such folder"
    if let status = try? FileStatus(of: FilePath(directory)) {
      found = status.type == .directory ? "a folder without \(name)" : "a file"
    }
    throw ModelError(
      file: directory, expected: "a model folder", found: found,
      remedy: "name one that animo train or animo model has written")
  }

  /// What lies in the folder where the files of a new model are written first, apart from those named in `written`.
  ///
  /// - Returns: all names, and the first that is not the name of a model's file: no interrupted run has left that behind,
  ///   so that the folder may have another purpose.
  package static func leftovers(
    in folder: String, except written: [String] = []
  ) throws(SystemCallError) -> (names: [String], foreign: String?) {
    var names: [String] = []
    var entries = try Directory(FilePath(folder)).entries()
    while let entry = try entries.next() {
      let name = entry.name.description
      if !written.contains(name) { names.append(name) }
    }
    return (names, names.sorted().first { !StandardFile.all.contains($0) })
  }

  /// Writes the model as a new directory, which appears complete or not at all; see `NewDirectory`.
  ///
  /// - Throws: if the directory exists and is not empty, and on errors of the system.
  package func write(to directory: String) throws(ModelError) {
    try NewDirectory.make(directory) { (new) throws(ModelError) in
      try new.write(StandardFile.configuration, configuration)
      try new.write(StandardFile.vocabulary, vocabulary)
      try new.write(StandardFile.weights, weights)
      if let marks { try new.write(StandardFile.marks, marks) }
      if let learnt { try new.write(StandardFile.learnt, learnt) }
    }
  }
}

extension NewDirectory {
  /// Writes a file with the bytes of another.
  mutating func write(_ name: String, _ file: ModelFile) throws(ModelError) {
    try write(name) { (write) throws(ModelError) in try file.withBytes(write) }
  }

  /// Writes a text.
  mutating func write(_ name: String, _ text: String) throws(ModelError) {
    try write(name, ModelFile(name: name, bytes: Array(text.utf8)))
  }

  /// Writes a safetensors file; its numbers are not copied.
  mutating func write(_ name: String, _ tensors: SafeTensorsWriter) throws(ModelError) {
    try write(name) { (write) throws(ModelError) in try tensors.forEachPiece(write) }
  }
}
