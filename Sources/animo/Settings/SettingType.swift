import ArgumentParser
import SystemCalls
import TOML
import Tweets

/// The type of a setting: its description, and its form in TOML, environment and command line.
///
/// The table of settings and the recipes share these types.
struct SettingType<Value: Sendable>: Sendable {
  /// "a whole number from 1 to 64".
  let expected: String
  /// "from 1 to 64", for the manual; nil if the type has no bounds.
  var bounds: String?
  /// The value, if it is of the right type.
  let read: @Sendable (TOMLValue) -> Value?
  /// Whether a value of the right type is within bounds.
  var allows: @Sendable (Value) -> Bool = { _ in true }
  let write: @Sendable (Value) -> TOMLValue
  /// Parses a text in the environment.
  let parse: @Sendable (String) -> Value?
  /// The option of the command line.
  let flag: @Sendable (NameSpecification, ArgumentHelp) -> SettingFlag

  /// The value, if it is of the right type and within bounds.
  func value(of node: TOMLValue) -> Value? { read(node).flatMap { allows($0) ? $0 : nil } }
}

extension SettingType<Bool> {
  static var truth: Self {
    SettingType(
      expected: "true or false",
      read: { if case .truth(let truth) = $0 { truth } else { nil } },
      write: TOMLValue.truth,
      parse: { text in
        switch text.lowercased() {
        case "true", "yes", "1": true
        case "false", "no", "0": false
        default: nil
        }
      },
      flag: { name, help in
        SettingFlag(Flag<Bool?>(name: name, inversion: .prefixedNo, help: help)) {
          $0.wrappedValue.map(TOMLValue.truth)
        }
      })
  }
}

extension SettingType<Int> {
  static func integer(_ range: ClosedRange<Int>) -> Self {
    let bounds =
      range.upperBound == .max
      ? "from \(range.lowerBound)" : "from \(range.lowerBound) to \(range.upperBound)"
    return SettingType(
      expected: "a whole number \(bounds)", bounds: bounds,
      read: { if case .integer(let integer) = $0 { integer } else { nil } },
      allows: range.contains, write: TOMLValue.integer, parse: { Int($0) },
      flag: { name, help in
        SettingFlag(Option<Int?>(name: name, help: help)) { $0.wrappedValue.map(TOMLValue.integer) }
      })
  }
}

extension SettingType<Double> {
  /// A number; whole numbers are numbers too.
  ///
  /// - Parameters:
  ///   - bounds: in words.
  ///   - name: what is counted.
  static func number(
    _ bounds: String, of name: String = "a number", _ isAllowed: @escaping @Sendable (Double) -> Bool
  ) -> Self {
    SettingType(
      expected: "\(name) \(bounds)", bounds: bounds,
      read: { node in
        switch node {
        case .number(let number): number.isFinite ? number : nil
        case .integer(let integer): Double(integer)
        default: nil
        }
      },
      allows: { $0.isFinite && isAllowed($0) }, write: TOMLValue.number, parse: { Double($0) },
      flag: { name, help in
        SettingFlag(Option<Double?>(name: name, help: help)) { $0.wrappedValue.map(TOMLValue.number) }
      })
  }

  static var positive: Self { number("above 0") { $0 > 0 } }
  static var share: Self { number("from 0 to less than 1", of: "a share") { (0..<1).contains($0) } }
}

extension SettingType<String> {
  static var text: Self {
    SettingType(
      expected: "a text in quotation marks", read: \.nonEmptyText, write: TOMLValue.text, parse: { $0 },
      flag: { name, help in
        SettingFlag(Option<String?>(name: name, help: help)) { $0.wrappedValue.map(TOMLValue.text) }
      })
  }

  /// The path of a folder, which shells complete.
  static var folder: Self {
    SettingType(
      expected: text.expected, read: text.read, write: text.write, parse: text.parse,
      flag: { name, help in
        SettingFlag(Option<String?>(name: name, help: help, completion: .directory)) {
          $0.wrappedValue.map(TOMLValue.text)
        }
      })
  }

  /// One of some names that are known only when the program runs.
  static func name(in names: [String]) -> Self {
    SettingType(
      expected: "one of \(names.joined(separator: ", "))", read: text.read, allows: names.contains,
      write: text.write, parse: text.parse, flag: text.flag)
  }
}

extension SettingType<[String]> {
  static var texts: Self {
    SettingType(
      expected: "an array of texts, such as [\"a\", \"b\"]", read: \.nonEmptyTexts,
      write: { .array($0.map(TOMLValue.text)) },
      parse: { text in
        text.split(separator: ",", omittingEmptySubsequences: false).map { part in
          String(part.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
        }
      },
      flag: { name, help in
        SettingFlag(Option<[String]>(wrappedValue: [], name: name, help: help)) { option in
          option.wrappedValue.isEmpty ? nil : .array(option.wrappedValue.map(TOMLValue.text))
        }
      })
  }
}

extension SettingType<[String]> {
  /// Addresses to listen on.
  static var addresses: Self {
    SettingType(
      expected: "addresses with ports, such as 127.0.0.1:8437, [::1]:8437 or unix:/run/animo/http",
      bounds: "an address has a port, or is unix: and a path",
      read: texts.read, allows: { $0.allSatisfy { ListeningAddress($0) != nil } },
      write: texts.write, parse: texts.parse, flag: texts.flag)
  }

  /// Codes of languages; one text may hold several, separated by commas.
  static var languages: Self {
    SettingType(
      expected: "language codes, such as es or pt-BR", bounds: "a code has two or three letters",
      read: texts.read, allows: { $0.flatMap(codes(in:)).allSatisfy(LanguageChoice.isCode) },
      write: texts.write, parse: texts.parse, flag: texts.flag)
  }

  /// The codes in a text.
  static func codes(in text: String) -> [String] { texts.parse(text) ?? [] }
}

extension SettingType
where Value: RawRepresentable & CaseIterable & ExpressibleByArgument, Value.RawValue == String {
  /// One of the names of an enumeration.
  static var choice: Self {
    let names = Value.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
    return SettingType(
      expected: "one of \(names)", read: { $0.nonEmptyText.flatMap(Value.init(rawValue:)) },
      write: { .text($0.rawValue) }, parse: Value.init(rawValue:),
      flag: { name, help in
        SettingFlag(Option<Value?>(name: name, help: help)) { option in
          option.wrappedValue.map { .text($0.rawValue) }
        }
      })
  }
}
