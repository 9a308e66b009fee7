import Testing

@testable import Tweets

@Suite("Beginnings of tables") struct TableBeginningTests {
  private func refusal(_ text: String, name: String = "a.csv", options: ReadingOptions = .init()) -> String? {
    do throws(InputError) {
      _ = try TableReading(text, name: name, options: options)
      return nil
    } catch {
      return error.description
    }
  }

  @Test(
    "The delimiter is the one that gives the header a column of the text",
    arguments: [
      "id,text\n1,a b\n", "id;text\n1;a b\n", "id\ttext\n1\ta b\n", "id|text\n1|a b\n",
      "sep=;\nid;text\n1;a b\n", "\"sep=\t\"\r\nid\ttext\r\n1\ta b\r\n", "\n\"Tweet Id\",\" Tweet\"\n1,a b\n",
      "\u{FEFF}\"id\", \"FULL_TEXT\"\n1, \"a b\"\n", "ID;rawContent\n1;a b",
    ])
  func findsDelimiter(_ text: String) throws {
    #expect(try TableReading(text).records == ["1¦a b"])
  }

  @Test(
    "A table is known without a name that tells",
    arguments: [
      "id,text\n1,a b\n", "tweet_id;content\n1;a b\n", "sep=,\nid,text\n1,a b\n", "Text\tLang\na b\tes\n",
    ])
  func recognises(_ text: String) throws {
    #expect(
      try TableReading(text, name: "standard input").records == [text.contains("Lang") ? "a b¦es" : "1¦a b"])
    #expect(try TableReading(text, name: "a.txt").records.count == 1)
  }

  @Test(
    "A header is known by two of its names, whatever the others are and whatever stands around them",
    arguments: [
      ("id,\"Full Text\"\n1,\"a, b\"\n", "1¦a, b"), ("nota,\"text\"\n1,a\n", "1¦a"),
      ("id, text\n1,a b\n", "1¦a b"), ("\n\ttext\n0\ta b\n", "0¦a b"),
      ("id,text,,\n1,a b,,\n", "1¦a b¦¦"), ("id,text,id\n1,a b,2\n", "1¦a b¦2"),
      ("id,text,user/name\n1,a b,x\n", "1¦a b¦x"),
    ])
  func recognisesMore(_ table: String, _ record: String) throws {
    #expect(try TableReading(table, name: "standard input").records == [record])
    #expect(try TableReading(table, name: "a.txt").records == [record])
  }

  @Test(
    "A first line that is only a name of the text is the header of a table of one column where a record follows",
    arguments: ["text\n", "\"Text\"\r\n", "\nTweet\n\n"])
  func recognisesOne(_ header: String) throws {
    let records = "a b\n\"c, \"\"d\"\"\ne\"\n"
    #expect(try TableReading(header + records, name: "standard input").records == ["a b", "c, \"d\"\ne"])
    #expect(try TableReading(header, name: "standard input").records.count == 1)
    #expect(try TableReading(header + records, name: "a.txt").records.count == 4)
  }

  @Test("A header of very many columns is known")
  func recognisesMany() throws {
    let names = (1...400).map { "c\($0)_public_metrics" }.joined(separator: ",")
    let cells = repeatElement("x", count: 400).joined(separator: ",")
    #expect(try TableReading("\(names),text\n\(cells),a\n", name: "-").records.count == 1)
  }

  @Test(
    "Text with delimiters stays text",
    arguments: [
      "hola, text\n", "sí,no\n", "el texto; body, o no\n", "1,5 euros\n", "text\n", "\"Hola\", dijo\n",
      "\ta b\n", "text, ¿qué?\n", "id, user, no\n",
    ])
  func keepsText(_ text: String) throws {
    #expect(try TableReading(text, name: "standard input").records == [String(text.dropLast())])
  }

  @Test("What looks like a table and does not say where its text is, is refused")
  func asks() {
    #expect(refusal("\"0\",\"a\",\"b\"\n", name: "-")?.contains("3 columns separated by commas") == true)
    #expect(refusal("1467810369,a b\n", name: "-")?.contains("2 columns separated by commas") == true)
    #expect(refusal("1467810369,\"a, b\"\n", name: "-")?.contains("2 columns separated by commas") == true)
    #expect(refusal("id;user;texto\n1;a;b\n", name: "-")?.contains("are id, user, texto") == true)
    for header in ["id,texto", "id;mensaje", "ID\tfrase", "tuit,etiqueta", "frase;label", "review,sentiment"]
    {
      #expect(refusal("\(header)\n1,a\n", name: "-")?.contains("separated by") == true, "\(header)")
    }
    #expect(refusal("id,texto\n1,a\n")?.contains("separated by commas, are id, texto") == true)
    let row = refusal("9,hola a todos @ana\n")
    #expect(row?.contains("2 columns separated by commas") == true)
    #expect(row?.contains("hola") == false)
  }

  @Test(
    "A line that names the delimiter is no tweet where nothing follows it",
    arguments: ["sep=;", "sep=;\n", "\n\"sep=,\"\r\n\r\n", "SEP=\t\r"])
  func onlySeparator(_ text: String) {
    let line = text.hasPrefix("\n") ? 2 : 1
    for name in ["a.csv", "a.txt", "standard input"] {
      #expect(refusal(text, name: name)?.hasPrefix("\(name): line \(line): no header follows") == true)
    }
  }

  @Test("A table without a header is read by the number of the text's column")
  func withoutHeader() throws {
    var options = ReadingOptions()
    (options.hasHeader, options.textColumn) = (false, 2)
    #expect(
      try TableReading("1;a b\n2;c;d,e\n3;f\n", options: options).records == ["1¦a b", "2¦c;d,e", "3¦f"])
    options.textColumn = 3
    #expect(refusal("1;a b\n", options: options)?.contains("no column 3") == true)
    options.textColumn = nil
    #expect(refusal("1;a b\n", options: options)?.contains("2 columns separated by semicolons") == true)
  }

  @Test("What the options say of a table makes an input one, unless its name or its JSON says otherwise")
  func described() throws {
    var options = ReadingOptions()
    options.textColumn = 2
    let headed = "nota,frase\n1,a b\n"
    #expect(try TableReading(headed, name: "standard input", options: options).records == ["1¦a b"])
    options.hasHeader = false
    let bare = "1,a b\n2,c d\n"
    #expect(try TableReading(bare, name: "standard input", options: options).records == ["1¦a b", "2¦c d"])
    #expect(try TableReading(bare, name: "a.txt", options: options).records == ["1,a b", "2,c d"])
    #expect(refusal("hola\n", name: "-", options: options)?.contains("no column 2") == true)
    let object = #"{"text":"a b"}"#
    #expect(try TableReading(object + "\n", name: "standard input", options: options).records == [object])
  }

  @Test(
    "Punctuation of the text is no delimiter where the text's column is known by its number",
    arguments: [
      ("1;hola, qué tal, no\n", "1¦hola, qué tal, no"), ("1;\"a,b,c\"\n", "1¦a,b,c"),
      ("1,a b; c; d\n", "1¦a b; c; d"), ("1,\"a;b;c\"\n", "1¦a;b;c"), ("a, b\tc, d\n", "a, b¦c, d"),
      ("1;a b;0,5\n", "1¦a b¦0,5"), ("1, \"a; b\"\n", "1¦a; b"),
    ])
  func punctuation(_ row: String, _ record: String) throws {
    var options = ReadingOptions()
    options.textColumn = 2
    #expect(try TableReading("hora;¿qué opinas, en general?\n1;a\n", options: options).records == ["1¦a"])
    options.hasHeader = false
    #expect(try TableReading(row, options: options).records == [record])
    let why = "has 2 columns separated by commas, or 2 columns separated by semicolons; name the delimiter"
    #expect(refusal("1,a;b\n", options: options)?.contains(why) == true)
    options.delimiter = UInt8(ascii: ",")
    #expect(try TableReading("1,a;b\n", options: options).records == ["1¦a;b"])
  }

  @Test("A refusal names the first columns of very many, and counts the others")
  func manyColumns() {
    let names = (1...1000).map { "columna \($0)" }
    let found = refusal(names.joined(separator: ",") + "\n1\n")
    #expect(found?.contains(", columna 39, columna 40 and 960 more") == true)
    let few = refusal(names.prefix(40).joined(separator: ",") + "\n1\n")
    #expect(few?.contains(", columna 39, columna 40;") == true)
  }

  @Test("The text is the first of its columns that holds something; words for no value hold nothing")
  func text() throws {
    let options = ReadingOptions()
    let header = try DelimitedHeader(
      record: Array("id,text,full_text".utf8).span, delimiter: UInt8(ascii: ","), options: options)
    func text(_ row: String) -> String {
      var chunk = Chunk(texts: [row])
      var text: [UInt8] = []
      do throws(Rejection) {
        _ = try TweetLocator(options: options).locate(
          chunk.lines[0], as: .row(header), in: &chunk.bytes, appendingTextTo: &text)
        return String(decoding: text, as: UTF8.self)
      } catch {
        return "\(error.reason.rawValue): \(error.fact)"
      }
    }
    #expect(text("1,corto,entero") == "entero")
    #expect(text("1,corto,") == "corto")
    #expect(text("1,corto,NaN") == "corto")
    #expect(text("1,Nada,nan") == "Nada")
    #expect(text("1, ,") == "no_text: the cell of the text is empty")
    #expect(text("1,None,NULL") == "no_text: the cell of the text is NULL, nan or the like")
    #expect(text("1,corto") == "corto")
    #expect(text("resto,del texto") == "bad_record: 2 fields, the header has 3")
    #expect(text("1") == "bad_record: 1 field, the header has 3")
  }

  @Test(
    "What a column of content holds is read as in JSON: tags out, references decoded",
    arguments: [
      ("id,Content", "1,<p>qu&eacute;<br>d&iacute;a</p>", "qué día"),
      ("id,content", "1,a < b &amp; c", "a < b &amp; c"),
      ("id,content", "1,<p> </p>", "no_text: the text is empty"),
      ("id,text", "1,<p>hola</p>", "<p>hola</p>"),
    ])
  func html(_ names: String, _ row: String, _ expected: String) throws {
    let options = ReadingOptions()
    let header = try DelimitedHeader(
      record: Array(names.utf8).span, delimiter: UInt8(ascii: ","), options: options)
    var chunk = Chunk(texts: [row])
    var (text, outcome) = ([UInt8](), "")
    do throws(Rejection) {
      _ = try TweetLocator(options: options).locate(
        chunk.lines[0], as: .row(header), in: &chunk.bytes, appendingTextTo: &text)
      outcome = String(decoding: text, as: UTF8.self)
    } catch {
      outcome = "\(error.reason.rawValue): \(error.fact)"
    }
    #expect(outcome == expected)
  }
}
