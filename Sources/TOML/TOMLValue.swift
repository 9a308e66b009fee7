/// A value of a TOML document.
package indirect enum TOMLValue: Equatable, Sendable {
  case text(String)
  case integer(Int)
  case number(Double)
  case truth(Bool)
  case array([TOMLValue])
  case table([String: TOMLValue])
  /// A date or a time: which of them, in words. No setting is one.
  case date(String)

  /// What it is, for messages; shortened if it is long.
  package var kind: String {
    switch self {
    case .text(let text): "\"\(Self.shortened(text))\""
    case .integer(let integer): "\(integer)"
    case .number(let number): "\(number)"
    case .truth(let truth): "\(truth)"
    case .array(let values): "[" + Self.shortened(values.map(\.kind).joined(separator: ", ")) + "]"
    case .table: "a table"
    case .date(let kind): "a \(kind)"
    }
  }

  private static func shortened(_ text: String) -> String {
    text.utf8.count > 200 ? String(String.UnicodeScalarView(text.unicodeScalars.prefix(200))) + "…" : text
  }

  /// A text that is not empty.
  package var nonEmptyText: String? {
    if case .text(let text) = self, !text.isEmpty { text } else { nil }
  }

  /// An array of such texts.
  package var nonEmptyTexts: [String]? {
    guard case .array(let values) = self else { return nil }
    let texts = values.compactMap(\.nonEmptyText)
    return texts.count == values.count ? texts : nil
  }
}

/// Why a text is not TOML: where, and what would be.
package struct TOMLError: Error, Equatable {
  /// From 1.
  package var line: Int
  /// The path of the key, where the error is about one.
  package var key: String?
  package var expected: String
  package var found: String
}

extension TOMLError: CustomStringConvertible {
  package var description: String {
    "line \(line): " + (key.map { "\($0): " } ?? "") + "expected \(expected), found \(found)"
  }
}
