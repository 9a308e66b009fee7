package import AWDLSTM
internal import CZlib

/// What tells one model from another: the CRC-32 (as in zlib) of its files, one after another.
///
/// It guards against mixing models up, not against forgery.
package struct Fingerprint: CustomStringConvertible {
  private let crc: UInt

  package init(of model: Model) {
    var crc: UInt = 0
    Self.extend(&crc, with: model.configuration)
    Self.extend(&crc, with: model.vocabulary)
    Self.extend(&crc, with: model.weights)
    if let marks = model.marks { Self.extend(&crc, with: marks) }
    self.crc = crc
  }

  /// Eight hexadecimal digits.
  package var description: String {
    let digits = String(crc, radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }

  private static func extend(_ crc: inout UInt, with file: ModelFile) {
    // Sound: zlib only reads the bytes that the span covers.
    crc = file.withBytes { bytes in
      unsafe bytes.withUnsafeBytes { unsafe crc32_z(crc, $0.baseAddress, $0.count) }
    }
  }
}
