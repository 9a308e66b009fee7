internal import AWDLSTM
internal import CZlib
internal import JSON
package import SystemCalls
internal import SystemPackage

/// Everything that a stage of training needs to go on, to be written as one file.
///
/// The file is a safetensors file (see `SafeTensors`) that other tools read too: the tensors, F32 [rows][columns],
/// under the names that they were added with; then two of bytes (I8): `progress`, a JSON text, and `checksum`, the
/// CRC-32 of every byte before it, as in zlib, little-endian. `CheckpointFile` reads it.
package struct TrainingCheckpoint: Sendable {
  /// How far the stage has come.
  package var progress: StageProgress
  /// Names and values, which share their memory with the trees that they come from.
  private var tensors: [(name: String, tensor: Tensor)] = []

  static let progressName = "progress"
  static let checksumName = "checksum"
  /// Bytes of the checksum.
  static let checksumSize = 4

  package init(progress: StageProgress) {
    self.progress = progress
  }

  /// Adds all tensors of a tree; `prefix` and a full stop come before their names.
  ///
  /// Adding costs nothing, but the tree should not change while the checkpoint is kept: its memory would be copied.
  package mutating func add(_ tree: some ParameterTree, as prefix: String) {
    tensors += tree.tensors.map { ("\(prefix).\($0.name)", $0.tensor) }
  }

  /// Writes the file so that whoever reads it finds the one before or this one, whole, even after a power cut.
  ///
  /// Writes beside it straight from the tensors' memory, fsyncs, renames, fsyncs the directory.
  /// - Throws: `SystemCallError`, for example with `.noSpace`; then the file is as it was.
  package func write(to directory: Directory, as name: FileName) throws(SystemCallError) {
    let progressText = Array(progress.json.line.utf8)
    let header = header(progressByteCount: progressText.count)
    let file = try ReplacementFile(
      name, in: directory, mode: [.ownerReadWrite, .groupRead, .otherRead])
    var checksum = Checksum()
    func write(_ bytes: RawSpan) throws(SystemCallError) {
      checksum.add(bytes)
      try file.append(bytes)
    }
    // Sound: bytes and floats have no padding, so all of their bytes are set.
    try unsafe write(header.span.bytes)
    for (_, tensor) in tensors { try unsafe write(tensor.values.span.bytes) }
    try unsafe write(progressText.span.bytes)
    try file.append(checksum.bytes.span)
    try file.commit()
  }

  /// The table of contents with its length in front.
  private func header(progressByteCount: Int) -> [UInt8] {
    var table: [(String, JSONValue)] = []
    var end = 0
    func add(_ name: String, _ type: SafeTensors.ElementType, _ shape: [Int], byteCount: Int) {
      let begin = end
      end += byteCount
      let entry = JSONValue.object([
        ("dtype", .string(type.rawValue)), ("shape", .integers(shape)),
        ("data_offsets", .integers([begin, end])),
      ])
      table.append((name, entry))
    }
    for (name, tensor) in tensors {
      let byteCount = tensor.count * MemoryLayout<Float>.stride
      add(name, .float32, [tensor.rows, tensor.columns], byteCount: byteCount)
    }
    add(Self.progressName, .int8, [progressByteCount], byteCount: progressByteCount)
    add(Self.checksumName, .int8, [Self.checksumSize], byteCount: Self.checksumSize)
    return Self.padded(Array(JSONValue.object(table).line.utf8))
  }

  /// A header's text filled up with spaces to whole cache lines, so that the tensors begin on one, after its length
  /// in eight bytes.
  private static func padded(_ text: [UInt8]) -> [UInt8] {
    let (prefix, cacheLine) = (8, 64)
    let padding = (cacheLine - (prefix + text.count) % cacheLine) % cacheLine
    let length = (0..<prefix).map { UInt8(truncatingIfNeeded: (text.count + padding) >> (8 * $0)) }
    return length + text + [UInt8](repeating: UInt8(ascii: " "), count: padding)
  }
}

/// The CRC-32 of bytes that come in pieces, as zlib computes it: tells damage, not forgery.
struct Checksum: Equatable, Sendable {
  private var crc: UInt = 0

  mutating func add(_ bytes: RawSpan) {
    // Sound: zlib only reads the bytes that the span covers.
    crc = unsafe bytes.withUnsafeBytes { bytes in
      // Without an address zlib would begin anew.
      guard let start = bytes.baseAddress else { return crc }
      return unsafe crc32_z(crc, start, bytes.count)
    }
  }

  /// Four bytes, the lowest first.
  var bytes: [UInt8] {
    (0..<TrainingCheckpoint.checksumSize).map { UInt8(truncatingIfNeeded: crc >> (8 * $0)) }
  }
}
