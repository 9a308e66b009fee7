package import AWDLSTM

/// A checkpoint file whose checksum has been verified.
///
/// The file is mapped; only what is loaded is copied.
package struct CheckpointFile: Sendable {
  /// The progress of the stage.
  package let progress: StageProgress
  private let contents: SafeTensors

  /// Opens the file at `path` and verifies every byte of it.
  ///
  /// - Throws: if it cannot be read, is damaged, or is not a checkpoint.
  package init(path: String) throws(ModelError) {
    let file = try ModelFile(path: path)
    try Self.requireWhole(file)
    contents = try SafeTensors(file)
    guard let text = contents.tensors[TrainingCheckpoint.progressName] else {
      throw ModelError(
        file: path, place: "tensor '\(TrainingCheckpoint.progressName)'", expected: "a stage's progress",
        found: "none")
    }
    progress = try StageProgress(json: file.bytes(in: text.bytes), file: path)
  }

  /// Replaces all tensors of a tree by those stored under `prefix`.
  ///
  /// - Throws: if a tensor is missing, has another shape, or is not in the tree; the tree is then unchanged.
  package func load<Tree: ParameterTree>(_ tree: inout Tree, from prefix: String) throws(ModelError) {
    var unknown = Set(contents.tensors.keys.filter { $0.hasPrefix(prefix + ".") })
    for (name, tensor) in tree.tensors {
      try require("\(prefix).\(name)", tensor)
      unknown.remove("\(prefix).\(name)")
    }
    if let name = unknown.min() {
      throw error(name, expected: "no such tensor in this network", found: "one")
    }
    tree.visit { name, tensor in
      guard let stored = contents.tensors["\(prefix).\(name)"] else { return }
      tensor.values = floats(stored.bytes)
    }
  }

  /// Whether the last bytes are the checksum of the others.
  private static func requireWhole(_ file: ModelFile) throws(ModelError) {
    let end = max(0, file.byteCount - TrainingCheckpoint.checksumSize)
    var checksum = Checksum()
    file.withBytes { checksum.add($0.extracting(first: end)) }
    guard file.byteCount > 0, file.bytes(in: end..<file.byteCount) == checksum.bytes else {
      throw ModelError(
        file: file.name, expected: "a checkpoint that ends with its checksum", found: "other bytes",
        remedy: "the file is damaged or not a checkpoint; remove it to start over")
    }
  }

  private func require(_ name: String, _ tensor: Tensor) throws(ModelError) {
    let shape = [tensor.rows, tensor.columns]
    guard let stored = contents.tensors[name] else {
      throw error(name, expected: "F32 \(shape)", found: "no such tensor")
    }
    guard stored.elementType == .float32, stored.shape == shape else {
      throw error(name, expected: "F32 \(shape)", found: "\(stored.elementType.rawValue) \(stored.shape)")
    }
  }

  /// Little-endian, like every machine that animo runs on.
  private func floats(_ range: Range<Int>) -> [Float] {
    contents.file.withBytes { bytes in
      let bytes = bytes.extracting(range)
      let count = bytes.byteCount / MemoryLayout<Float>.stride
      return unsafe [Float](unsafeUninitializedCapacity: count) { target, filled in
        // Sound: the target has room for as many bytes, and any four bytes are a Float.
        unsafe bytes.withUnsafeBytes { unsafe UnsafeMutableRawBufferPointer(target).copyMemory(from: $0) }
        filled = count
      }
    }
  }

  private func error(_ name: String, expected: String, found: String) -> ModelError {
    ModelError(
      file: contents.file.name, place: "tensor '\(name)'", expected: expected, found: found,
      remedy: "the checkpoint belongs to another network; resume with its sizes, or remove it to start over")
  }
}
