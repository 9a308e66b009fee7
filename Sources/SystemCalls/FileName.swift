/// The name of a directory entry: any bytes except `/` and NUL, as in the kernel.
///
/// Names need not be UTF-8, so they are converted to strings for display only.
package struct FileName: Hashable, Sendable {
  /// The maximum length of a name on Linux file systems, in bytes: NAME_MAX.
  package static let maximumLength = 255

  /// The name's bytes.
  package let bytes: [UInt8]

  /// The name `bytes`; nil if it is invalid: empty, `.`, `..`, or containing `/` or NUL.
  package init?(bytes: [UInt8]) {
    let dots = !bytes.isEmpty && bytes.count <= 2 && bytes.allSatisfy { $0 == UInt8(ascii: ".") }
    guard !bytes.isEmpty, !dots, !bytes.contains(UInt8(ascii: "/")), !bytes.contains(0) else { return nil }
    self.bytes = bytes
  }

  /// A name chosen by the program.
  ///
  /// - Precondition: it is valid.
  package init(_ name: String) {
    guard let valid = FileName(bytes: Array(name.utf8)) else {
      preconditionFailure("invalid file name: \(name)")
    }
    self = valid
  }

  private init(trusted bytes: [UInt8]) { self.bytes = bytes }

  /// All bytes at once: the hash of an array takes them one by one.
  package func hash(into hasher: inout Hasher) {
    unsafe bytes.withUnsafeBytes { unsafe hasher.combine(bytes: $0) }
  }

  /// The name followed by `ending`.
  package func appending(_ ending: String) -> FileName { FileName(trusted: bytes + Array(ending.utf8)) }

  /// The name preceded by `beginning`.
  package func prefixed(by beginning: String) -> FileName {
    FileName(trusted: Array(beginning.utf8) + bytes)
  }

  /// Whether the name ends with `ending`, ignoring the case of ASCII letters.
  package func hasEnding(_ ending: String) -> Bool {
    let ending = ending.utf8
    guard bytes.count >= ending.count else { return false }
    var place = bytes.count - ending.count
    for byte in ending {
      guard Self.lowercased(bytes[place]) == Self.lowercased(byte) else { return false }
      place += 1
    }
    return true
  }

  /// The name without its last `count` bytes; unchanged if nothing would be left.
  package func droppingLast(_ count: Int) -> FileName {
    bytes.count > count ? FileName(trusted: bytes.dropLast(count)) : self
  }

  /// The name; if it is longer than `length` bytes, its beginning and its end with `~` between them.
  ///
  /// UTF-8 characters are not split.
  package func shortened(to length: Int) -> FileName {
    guard bytes.count > length else { return self }
    let end = min(32, length / 2)
    let isContinuation = { (byte: UInt8) in byte & 0xC0 == 0x80 }
    var first = bytes.prefix(length - end - 1)
    while let next = bytes.dropFirst(first.count).first, isContinuation(next), !first.isEmpty {
      first.removeLast()
    }
    return FileName(trusted: first + [UInt8(ascii: "~")] + bytes.suffix(end).drop(while: isContinuation))
  }

  /// Calls `body` with the name as a C string.
  func withCString<Result>(_ body: (UnsafePointer<CChar>) throws -> Result) rethrows -> Result {
    // Sound: the memory is filled by the bytes and the NUL behind them, and outlives the call.
    try unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: bytes.count + 1) { characters in
      for index in bytes.indices { unsafe characters[index] = CChar(bitPattern: bytes[index]) }
      unsafe characters[bytes.count] = 0
      guard let start = characters.baseAddress else {
        preconditionFailure("the memory has room for at least the NUL")
      }
      return try unsafe body(start)
    }
  }

  private static func lowercased(_ byte: UInt8) -> UInt8 {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
  }
}

extension FileName: ExpressibleByStringLiteral {
  package init(stringLiteral name: String) { self.init(name) }
}

extension FileName: Comparable {
  /// By bytes, as `ls` does in the C locale.
  package static func < (first: FileName, second: FileName) -> Bool {
    first.bytes.lexicographicallyPrecedes(second.bytes)
  }
}

extension FileName: CustomStringConvertible {
  /// The name for display, on one line: ill-formed UTF-8 and control characters are shown as `\xNN`.
  package var description: String {
    var text = ""
    var rest = bytes[...]
    while !rest.isEmpty {
      if let scalar = Self.takeScalar(from: &rest) {
        text.unicodeScalars.append(scalar)
      } else {
        text += "\\x" + Self.hexadecimal(rest.removeFirst())
      }
    }
    return text
  }

  /// The name whose description is `text`; nil if there is none.
  package init?(displayed text: String) {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "\\") else {
        bytes.append(byte)
        continue
      }
      guard rest.popFirst() == UInt8(ascii: "x"),
        let escaped = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
      else { return nil }
      bytes.append(escaped)
      rest = rest.dropFirst(2)
    }
    guard let name = FileName(bytes: bytes), name.description == text else { return nil }
    self = name
  }

  private static func takeScalar(from rest: inout ArraySlice<UInt8>) -> Unicode.Scalar? {
    var decoder = UTF8()
    var bytes = rest.makeIterator()
    guard case .scalarValue(let scalar) = decoder.decode(&bytes), scalar.value >= 0x20,
      !(0x7F...0x9F).contains(scalar.value), scalar != "\\"
    else { return nil }
    rest = rest.dropFirst(UTF8.width(scalar))
    return scalar
  }

  private static func hexadecimal(_ byte: UInt8) -> String {
    (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
  }
}
