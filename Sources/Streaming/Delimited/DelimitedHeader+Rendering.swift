extension DelimitedHeader {
  /// Appends a record as the members of a JSON object, `{"id":"1","text":"…"` without the closing brace.
  ///
  /// All values are strings. A field beyond the header's columns is named `column_7` after its place. The column that
  /// our own member takes the place of is left out.
  func render(_ record: Span<UInt8>, appendingTo output: inout [UInt8]) {
    var json: [UInt8] = []
    var column = 0
    DelimitedRecord(delimiter: delimiter).forEachField(of: record) { field in
      defer { column += 1 }
      guard column != supersededColumn else { return }
      json.append(ascii: json.isEmpty ? "{" : ",")
      json.append(contentsOf: name(ofColumn: column))
      json.append(ascii: ":")
      JSONString.encode(field, appendingTo: &json)
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
