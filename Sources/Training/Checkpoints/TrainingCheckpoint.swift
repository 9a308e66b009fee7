internal import AWDLSTM
internal import CZlib
internal import JSON
package import SystemCalls
internal import SystemPackage

/// Everything that a stage of training needs to resume, written as one file.
///
/// The file is in safetensors format (see `SafeTensors`), which other tools can read: the tensors, F32
/// [rows][columns], under the names that they were added with; then two tensors of bytes (I8): `progress`, a JSON
/// text, and `checksum`, the CRC-32 of all bytes before it, as in zlib, little-endian. `CheckpointFile` reads it.
package struct TrainingCheckpoint: Sendable {
  /// The progress of the stage.
  package var progress: StageProgress
  /// Names and values; they share their memory with the trees that they come from.
  private var tensors: [(name: String, tensor: Tensor)] = []

  static let progressName = "progress"
  static let checksumName = "checksum"
  /// Bytes of the checksum.
  static let checksumSize = 4

  package init(progress: StageProgress) {
    self.progress = progress
  }

  /// Adds all tensors of a tree, with `prefix` and a full stop before their names.
  ///
  /// Adding is free, but changing the tree while the checkpoint exists copies its memory.
  package mutating func add(_ tree: some ParameterTree, as prefix: String) {
    tensors += tree.tensors.map { ("\(prefix).\($0.name)", $0.tensor) }
  }

  /// Writes the file atomically and durably: readers find the previous file or this one, whole, even after a power
  /// cut.
  ///
  /// Writes a temporary file directly from the tensors' memory, fsyncs it, renames it and fsyncs the directory.
  /// - Throws: `SystemCallError`, for example with `.noSpace`; the previous file is then intact.
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

  /// The length of the table of contents, and the table.
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

  /// The length of a header in eight bytes, then its text padded with spaces, so that the tensors begin on a cache
  /// line.
  private static func padded(_ text: [UInt8]) -> [UInt8] {
    let (prefix, cacheLine) = (8, 64)
    let padding = (cacheLine - (prefix + text.count) % cacheLine) % cacheLine
    let length = (0..<prefix).map { UInt8(truncatingIfNeeded: (text.count + padding) >> (8 * $0)) }
    return length + text + [UInt8](repeating: UInt8(ascii: " "), count: padding)
  }
}

/// A running CRC-32, as in zlib: it detects damage, not forgery.
struct Checksum: Equatable, Sendable {
  private var crc: UInt = 0

  mutating func add(_ bytes: RawSpan) {
    // Sound: zlib only reads the bytes that the span covers.
    crc = unsafe bytes.withUnsafeBytes { bytes in
      // zlib takes a null address as a request for the initial value.
      guard let start = bytes.baseAddress else { return crc }
      return unsafe crc32_z(crc, start, bytes.count)
    }
  }

  /// Four bytes, little-endian.
  var bytes: [UInt8] {
    (0..<TrainingCheckpoint.checksumSize).map { UInt8(truncatingIfNeeded: crc >> (8 * $0)) }
  }
}

extension Checksum {
  /// By which data a stage is known when it is resumed: texts to judge by could have been learnt from.
  var option: StageOption { StageOption("data of checksum", String(crc, radix: 16)) }

  /// By which weights a stage is known when it is resumed: those that `--from` names; nil where it begins with random
  /// ones. Their folder may have another name by then.
  static func from(_ weights: (some ParameterTree)?) -> StageOption {
    guard let weights else { return StageOption("from", "nothing") }
    var checksum = Checksum()
    // Sound: floats have no padding, so all of their bytes are set.
    for (_, tensor) in weights.tensors { unsafe checksum.add(tensor.values.span.bytes) }
    return StageOption("from", "weights of checksum \(String(checksum.crc, radix: 16))")
  }

  mutating func add(_ ids: [Int32]) {
    // Sound: whole numbers have no padding, so all of their bytes are set.
    unsafe add(ids.span.bytes)
  }
}
