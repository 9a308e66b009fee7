internal import JSON

/// The first record of a CSV or TSV input: the columns' names and which of them hold what matters.
package struct DelimitedHeader: Sendable {
  /// What stands between two fields: a comma or a tab.
  package let delimiter: UInt8
  /// The record itself, in UTF-8.
  package let record: [UInt8]
  /// The columns' names, each as a JSON string with its quotes; none comes twice.
  let names: [[UInt8]]
  /// The column that our own member takes the place of, if there is one.
  package let supersededColumn: Int?
  /// The column of the tweet's text.
  let textColumn: Int
  /// The column of the tweet's id, if there is one.
  package let idColumn: Int?

  /// Reads the header from an input's first record.
  ///
  /// - Throws: `Rejection` when no column has one of the names that `textKeys` allows.
  init(record: Span<UInt8>, delimiter: UInt8, textKeys: [String]) throws(Rejection) {
    var names: [String] = []
    var encoded: [[UInt8]] = []
    DelimitedRecord(delimiter: delimiter).forEachField(of: record) { field in
      var json: [UInt8] = []
      JSONString.encode(field, appendingTo: &json)
      encoded.append(json)
      names.append(String(decoding: json.dropFirst().dropLast(), as: UTF8.self))
    }
    guard let textColumn = textKeys.lazy.compactMap({ names.firstIndex(of: $0) }).first else {
      throw Rejection(
        .noText, "the header has no column named \(textKeys.joined(separator: ", "))", .nameAnotherText)
    }
    self.delimiter = delimiter
    self.record = record.indices.map { record[$0] }
    self.names = Self.distinct(encoded)
    supersededColumn = names.firstIndex(of: "sentiment").flatMap { $0 == textColumn ? nil : $0 }
    self.textColumn = textColumn
    idColumn = names.firstIndex(of: "id") ?? names.firstIndex(of: "id_str")
  }

  /// Whether outputs lack a column of the input.
  var hasSuperseded: Bool { supersededColumn != nil }

  /// The name of the column at `index`, quoted; a column without one is named after its place.
  package func name(ofColumn index: Int) -> [UInt8] {
    index < names.count ? names[index] : Self.placeName(of: index, butNot: names)
  }

  /// The names with every one that comes again in place of its place's name.
  private static func distinct(_ names: [[UInt8]]) -> [[UInt8]] {
    var distinct: [[UInt8]] = []
    for (index, name) in names.enumerated() {
      distinct.append(distinct.contains(name) ? placeName(of: index, butNot: names) : name)
    }
    return distinct
  }

  /// `"column_7"`, with as many underscores behind it as make it a name that no column has.
  private static func placeName(of index: Int, butNot names: [[UInt8]]) -> [UInt8] {
    var name = "column_\(index + 1)"
    while names.contains(Array("\"\(name)\"".utf8)) { name += "_" }
    return Array("\"\(name)\"".utf8)
  }
}
