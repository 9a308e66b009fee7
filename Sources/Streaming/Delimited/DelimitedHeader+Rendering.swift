extension DelimitedHeader {
  /// Appends a record as the members of a JSON object, `{"id":"1","text":"…"` without the closing brace.
  ///
  /// All values are strings. A field beyond the header's columns is named `column_7` after its place.
  func render(_ record: Span<UInt8>, appendingTo output: inout [UInt8]) {
    var json: [UInt8] = []
    var column = 0
    DelimitedRecord(delimiter: delimiter).forEachField(of: record) { field in
      json.append(ascii: column == 0 ? "{" : ",")
      if column < names.count {
        json.append(contentsOf: names[column])
      } else {
        json.append(contentsOf: "\"column_\(column + 1)\"".utf8)
      }
      json.append(ascii: ":")
      JSONString.encode(field, appendingTo: &json)
      column += 1
    }
    output.append(contentsOf: json)
  }

  /// Appends `,"id":"…"` when the header has a column for it.
  func renderID(of record: Span<UInt8>, appendingTo output: inout [UInt8]) {
    guard let idColumn else { return }
    var json: [UInt8] = []
    var column = 0
    DelimitedRecord(delimiter: delimiter).forEachField(of: record) { field in
      if column == idColumn { JSONString.encode(field, appendingTo: &json) }
      column += 1
    }
    guard !json.isEmpty else { return }
    output.append(ascii: ",\"id\":")
    output.append(contentsOf: json)
  }
}
