/// Puts tensors together into the bytes of a safetensors file that `SafeTensors` reads back.
///
/// As the reference implementation does, tensors of wider elements come first, then by name, and the header is
/// padded with spaces, here to a cache line: so every tensor starts where its elements want it.
struct SafeTensorsWriter {
  private var parts: [Part] = []

  private struct Part {
    var name: String
    var elementType: SafeTensors.ElementType
    var shape: [Int]
    var bytes: [UInt8]
  }

  /// Adds a tensor. Names are this module's own: nothing in them needs an escape in JSON.
  mutating func add(_ name: String, _ elementType: SafeTensors.ElementType, shape: [Int], bytes: [UInt8]) {
    precondition(bytes.count == shape.reduce(elementType.byteCount, *))
    precondition(parts.allSatisfy { $0.name != name })
    parts.append(Part(name: name, elementType: elementType, shape: shape, bytes: bytes))
  }

  /// The whole file.
  func file() -> [UInt8] {
    let ordered = parts.sorted {
      $0.elementType == $1.elementType
        ? $0.name < $1.name : $0.elementType.byteCount > $1.elementType.byteCount
    }
    let header = Self.header(ordered)
    var file: [UInt8] = []
    file.reserveCapacity(8 + header.count + ordered.reduce(0) { $0 + $1.bytes.count })
    for shift in 0..<8 { file.append(UInt8(truncatingIfNeeded: header.count >> (8 * shift))) }
    file += header
    for part in ordered { file += part.bytes }
    return file
  }

  private static func header(_ parts: [Part]) -> [UInt8] {
    var entries = [#""__metadata__":{"format":"pt"}"#]
    var offset = 0
    for part in parts {
      let end = offset + part.bytes.count
      let shape = part.shape.map(String.init).joined(separator: ",")
      entries.append(
        """
        "\(part.name)":{"dtype":"\(part.elementType.rawValue)","shape":[\(shape)],\
        "data_offsets":[\(offset),\(end)]}
        """)
      offset = end
    }
    let text = Array("{\(entries.joined(separator: ","))}".utf8)
    let cacheLine = 64
    let padding = (cacheLine - (8 + text.count) % cacheLine) % cacheLine
    return text + [UInt8](repeating: UInt8(ascii: " "), count: padding)
  }
}
