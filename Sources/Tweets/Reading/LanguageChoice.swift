/// The languages of the tweets that are wanted; of all languages, if none is named.
///
/// Codes are those of BCP 47, of which only the language counts: `es` is also `es-MX` and `ES`, and the `spa` of
/// ISO 639-2.
package struct LanguageChoice: Equatable, Sendable {
  /// Without regions, in lower case.
  private let codes: [[UInt8]]

  /// - Parameter codes: such as `es` and `pt-BR`.
  package init(_ codes: [String] = []) {
    self.codes = codes.map { Self.language(of: Array($0.utf8).span) }
  }

  /// Whether all tweets are wanted.
  package var isEverything: Bool { codes.isEmpty }

  /// Whether a tweet that names the language `code` is wanted.
  ///
  /// One that does not know its language is: `und`, and what Twitter says of tweets that are too short to tell, or hold
  /// only hashtags, links or pictures (`qme`, `qht`, `zxx` and others).
  package func includes(_ code: Span<UInt8>) -> Bool {
    guard !isEverything else { return true }
    let language = Self.language(of: code)
    return Self.isUnknown(language) || codes.contains(language)
  }

  /// Whether a text is such a code: two or three letters, and perhaps a region or script behind a hyphen.
  package static func isCode(_ text: String) -> Bool {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard let language = parts.first, (2...3).contains(language.utf8.count) else { return false }
    return language.utf8.allSatisfy { 0x61...0x7A ~= $0 | 0x20 }
      && parts.dropFirst().allSatisfy { part in
        !part.isEmpty && part.utf8.allSatisfy { 0x61...0x7A ~= $0 | 0x20 || 0x30...0x39 ~= $0 }
      }
  }

  private static func language(of code: Span<UInt8>) -> [UInt8] {
    var language: [UInt8] = []
    for index in code.indices {
      let byte = code[index]
      if byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_") { break }
      language.append(0x41...0x5A ~= byte ? byte | 0x20 : byte)
    }
    return language == Array("spa".utf8) ? Array("es".utf8) : language
  }

  /// Codes that name no language: none at all, ISO 639-2's for several, none and undetermined ones, and private ones.
  private static func isUnknown(_ language: [UInt8]) -> Bool {
    let special = ["", "und", "mul", "mis", "zxx"].contains { language.elementsEqual($0.utf8) }
    return special || (language.count == 3 && language[0] == UInt8(ascii: "q"))
  }
}
