internal import JSON

/// The table of contents of a safetensors file, checked whole before any tensor is looked at.
///
/// The file: eight bytes with the header's length N, little-endian; N bytes of JSON, padded with spaces; the
/// tensors' bytes. The header maps each name to `{"dtype", "shape", "data_offsets": [begin, end]}`, offsets
/// counting from the end of the header. The rules are those of the reference implementation: a header of at
/// most 100 MB, and tensors that cover the bytes exactly, without a hole, an overlap or anything behind.
/// Source: https://huggingface.co/docs/safetensors (format).
package struct SafeTensors: Sendable {
  static let maximumHeaderBytes = 100_000_000

  /// The file that the tensors' ranges count in.
  package let file: ModelFile
  package let tensors: [String: Tensor]

  /// One tensor: what it is and where its bytes are in the file.
  package struct Tensor: Equatable, Sendable {
    package var elementType: ElementType
    package var shape: [Int]
    package var bytes: Range<Int>
  }

  /// How a number is stored.
  package enum ElementType: String, CaseIterable, Sendable {
    case float64 = "F64"
    case int64 = "I64"
    case float32 = "F32"
    case float16 = "F16"
    case bfloat16 = "BF16"
    case int8 = "I8"
    case uint8 = "U8"

    /// The ones that a model of our own may use; U8 is two 4-bit codes of a layer.
    package static let ofModels: [ElementType] = [.float32, .int8, .uint8]

    /// Some types for a message, such as "F32, I8 or U8".
    static func choice(_ types: [ElementType]) -> String {
      let names = types.map(\.rawValue)
      guard names.count > 1 else { return names.joined() }
      return names.dropLast().joined(separator: ", ") + " or " + names[names.count - 1]
    }

    var byteCount: Int {
      switch self {
      case .float64, .int64: 8
      case .float32: 4
      case .float16, .bfloat16: 2
      case .int8, .uint8: 1
      }
    }
  }

  /// Reads and checks the header.
  ///
  /// - Parameter accepted: the element types that tensors may have.
  /// - Throws: the first thing that is wrong.
  package init(
    _ file: ModelFile, accepting accepted: [ElementType] = ElementType.ofModels
  ) throws(ModelError) {
    self.file = file
    let header = try Self.headerRange(of: file)
    let value: JSONValue
    do {
      value = try JSONReader.read(file.bytes(in: header))
    } catch {
      throw ModelError(file: file.name, place: "header", error)
    }
    guard let members = value.members else {
      throw ModelError(file: file.name, place: "header", expected: "a JSON object", found: value.kind)
    }
    var tensors: [String: Tensor] = [:]
    for (name, value) in members where name != "__metadata__" {
      let reader = TensorReader(file: file.name, name: name, accepted: accepted)
      tensors[name] = try reader.tensor(value, after: header.upperBound)
    }
    self.tensors = tensors
    try Self.checkMetadata(members["__metadata__"], file: file.name)
    try checkCoverage(of: header.upperBound..<file.byteCount)
  }

  /// Where the header's JSON is.
  private static func headerRange(of file: ModelFile) throws(ModelError) -> Range<Int> {
    let prefix = 8
    guard file.byteCount >= prefix else {
      throw ModelError(
        file: file.name, expected: "a safetensors file", found: "\(file.byteCount) bytes",
        remedy: "the file is empty or cut short; copy it again")
    }
    let length = file.bytes(in: 0..<prefix).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length <= UInt64(maximumHeaderBytes) else {
      throw ModelError(
        file: file.name, place: "header length", expected: "at most \(maximumHeaderBytes)",
        found: "\(length)", remedy: "this is not a safetensors file")
    }
    guard length <= UInt64(file.byteCount - prefix) else {
      throw ModelError(
        file: file.name, place: "header length",
        expected: "at most the \(file.byteCount - prefix) bytes left",
        found: "\(length)", remedy: "the file is cut short; copy it again")
    }
    return prefix..<prefix + Int(length)
  }

  /// The metadata of a file may be any texts by name; nothing here depends on them.
  private static func checkMetadata(_ value: JSONValue?, file: String) throws(ModelError) {
    guard let value else { return }
    guard let members = value.members, members.values.allSatisfy({ $0.string != nil }) else {
      throw ModelError(
        file: file, place: "header, __metadata__", expected: "an object of texts", found: value.kind)
    }
  }

  /// Whether the tensors cover the file's data without a hole, an overlap or a rest.
  private func checkCoverage(of data: Range<Int>) throws(ModelError) {
    var end = data.lowerBound
    let inOrder = tensors.sorted {
      ($0.value.bytes.lowerBound, $0.value.bytes.upperBound, $0.key)
        < ($1.value.bytes.lowerBound, $1.value.bytes.upperBound, $1.key)
    }
    for (name, tensor) in inOrder {
      guard tensor.bytes.lowerBound == end else {
        throw ModelError(
          file: file.name, place: "tensor \(quoted(name))",
          expected: "data from byte \(end - data.lowerBound), where the one before ends",
          found: "from byte \(tensor.bytes.lowerBound - data.lowerBound)")
      }
      end = tensor.bytes.upperBound
    }
    guard end == data.upperBound else {
      throw ModelError(
        file: file.name, expected: "\(end) bytes, as the header says", found: "\(data.upperBound)",
        remedy: end > data.upperBound ? "the file is cut short; copy it again" : nil)
    }
  }
}

/// Reads and checks one entry of a safetensors header.
private struct TensorReader {
  let file: String
  let name: String
  let accepted: [SafeTensors.ElementType]

  func tensor(_ value: JSONValue, after header: Int) throws(ModelError) -> SafeTensors.Tensor {
    guard let members = value.members else { throw error("an object", value.kind) }
    let known: Set = ["dtype", "shape", "data_offsets"]
    guard Set(members.keys) == known else {
      throw error(
        "the keys dtype, shape, data_offsets", members.keys.sorted().map(quoted).joined(separator: ", "))
    }
    let elementType = try elementType(members["dtype"] ?? .null)
    let shape = try sizes(members["shape"] ?? .null, "shape")
    let offsets = try sizes(members["data_offsets"] ?? .null, "data_offsets")
    guard offsets.count == 2, offsets[0] <= offsets[1] else {
      throw error("data_offsets [begin, end] in this order", "\(offsets)")
    }
    guard let count = byteCount(elementType, shape), count == offsets[1] - offsets[0] else {
      throw error("as many bytes as \(elementType.rawValue) \(shape) takes", "\(offsets[1] - offsets[0])")
    }
    let (end, overflow) = header.addingReportingOverflow(offsets[1])
    guard !overflow else { throw error("data within the file", "data_offsets \(offsets)") }
    return SafeTensors.Tensor(elementType: elementType, shape: shape, bytes: header + offsets[0]..<end)
  }

  private func elementType(_ value: JSONValue) throws(ModelError) -> SafeTensors.ElementType {
    let type = value.string.flatMap(SafeTensors.ElementType.init(rawValue:))
    guard let type, accepted.contains(type) else {
      throw error("dtype \(SafeTensors.ElementType.choice(accepted))", value.kind)
    }
    return type
  }

  private func sizes(_ value: JSONValue, _ key: String) throws(ModelError) -> [Int] {
    guard let array = value.array else { throw error("\(key): an array", value.kind) }
    var sizes: [Int] = []
    for element in array {
      guard let size = element.integer, size >= 0 else {
        throw error("\(key): whole numbers that are not negative", element.kind)
      }
      sizes.append(size)
    }
    return sizes
  }

  /// Bytes of a tensor; nil when the number does not fit.
  private func byteCount(_ type: SafeTensors.ElementType, _ shape: [Int]) -> Int? {
    var count = type.byteCount
    for size in shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: size)
      guard !overflow else { return nil }
      count = product
    }
    return count
  }

  private func error(_ expected: String, _ found: String) -> ModelError {
    ModelError(file: file, place: "tensor \(quoted(name))", expected: expected, found: found)
  }
}
