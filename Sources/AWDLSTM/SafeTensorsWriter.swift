internal import JSON

/// Puts tensors together into a safetensors file that `SafeTensors` reads back.
///
/// As the reference implementation does, tensors of wider elements come first, then by name, and the header
/// is padded with spaces, here to a cache line: so every tensor starts where its elements want it. Numbers
/// stay in the arrays that they came in until they are written.
package struct SafeTensorsWriter {
  private var parts: [Part] = []

  private struct Part {
    var name: String
    var elementType: SafeTensors.ElementType
    var shape: [Int]
    var content: Content

    var byteCount: Int { shape.reduce(elementType.byteCount, *) }
  }

  private enum Content {
    case bytes([UInt8])
    case floats([Float])
  }

  package init() {}

  /// Adds a tensor as bytes; each name once.
  package mutating func add(
    _ name: String, _ elementType: SafeTensors.ElementType, shape: [Int], bytes: [UInt8]
  ) {
    add(Part(name: name, elementType: elementType, shape: shape, content: .bytes(bytes)))
    precondition(bytes.count == shape.reduce(elementType.byteCount, *))
  }

  /// Adds a tensor as F32; each name once.
  package mutating func add(_ tensor: NamedTensor) {
    add(
      Part(
        name: tensor.name, elementType: .float32, shape: tensor.shape.sizes, content: .floats(tensor.values)))
  }

  private mutating func add(_ part: Part) {
    precondition(parts.allSatisfy { $0.name != part.name }, "\(part.name) is there already")
    parts.append(part)
  }

  /// The whole file, in memory.
  package func file() -> [UInt8] {
    var file: [UInt8] = []
    forEachPiece { piece in file += unsafe piece.withUnsafeBytes { unsafe [UInt8]($0) } }
    return file
  }

  /// Calls `body` with the bytes of the file, piece by piece, in order.
  package func forEachPiece<Failure: Error>(_ body: (RawSpan) throws(Failure) -> Void) throws(Failure) {
    let ordered = parts.sorted {
      $0.elementType.byteCount == $1.elementType.byteCount
        ? $0.name < $1.name : $0.elementType.byteCount > $1.elementType.byteCount
    }
    // Sound: bytes and numbers without padding, only read. The file's byte order is that of every machine
    // animo runs on.
    try unsafe body(Self.header(ordered).span.bytes)
    for part in ordered {
      switch part.content {
      case .bytes(let bytes): try unsafe body(bytes.span.bytes)
      case .floats(let floats): try unsafe body(floats.span.bytes)
      }
    }
  }

  /// The header with its length in front.
  private static func header(_ parts: [Part]) -> [UInt8] {
    var entries: [(String, JSONValue)] = [("__metadata__", .object([("format", .string("pt"))]))]
    var offset = 0
    for part in parts {
      let end = offset + part.byteCount
      let entry = JSONValue.object([
        ("dtype", .string(part.elementType.rawValue)), ("shape", .integers(part.shape)),
        ("data_offsets", .integers([offset, end])),
      ])
      entries.append((part.name, entry))
      offset = end
    }
    let text = Array(JSONValue.object(entries).line.utf8)
    let (prefix, cacheLine) = (8, 64)
    let padding = (cacheLine - (prefix + text.count) % cacheLine) % cacheLine
    let length = text.count + padding
    return (0..<prefix).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } + text
      + [UInt8](repeating: UInt8(ascii: " "), count: padding)
  }
}
