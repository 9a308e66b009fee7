/// The first record of a CSV or TSV input: the columns' names and which of them hold what matters.
package struct DelimitedHeader: Sendable {
  /// What stands between two fields: a comma or a tab.
  let delimiter: UInt8
  /// The columns' names, each as a JSON string with its quotes.
  let names: [[UInt8]]
  /// The column of the tweet's text.
  let textColumn: Int
  /// The column of the tweet's id, if there is one.
  let idColumn: Int?

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
        .noText,
        "the header has no column named \(textKeys.joined(separator: ", ")); --text-key names another")
    }
    self.delimiter = delimiter
    self.names = encoded
    self.textColumn = textColumn
    idColumn = names.firstIndex(of: "id") ?? names.firstIndex(of: "id_str")
  }
}
