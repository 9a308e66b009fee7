import Testing

@testable import Tweets

@Suite("When a tweet was written") struct EventTimeTests {
  @Test(
    "Times are read as RFC 3339, as Twitter writes them, and as seconds or milliseconds since 1970",
    arguments: [
      ("2018-10-10T20:19:24Z", 1_539_202_764_000), ("2018-10-10t20:19:24z", 1_539_202_764_000),
      ("2018-10-10 20:19:24.5+00:00", 1_539_202_764_500), ("2018-10-10T20:19:24.000Z", 1_539_202_764_000),
      ("2018-10-10T20:19:24.1239999Z", 1_539_202_764_123), ("2018-10-10T22:19:24+02:00", 1_539_202_764_000),
      ("2018-10-10T14:49:24-05:30", 1_539_202_764_000), ("2016-12-31T23:59:60Z", 1_483_228_800_000),
      ("2024-02-29T00:00:00Z", 1_709_164_800_000), ("Wed Oct 10 20:19:24 +0000 2018", 1_539_202_764_000),
      ("Wed Oct 10 17:19:24 -0300 2018", 1_539_202_764_000), ("1539202764", 1_539_202_764_000),
      ("1539202764123", 1_539_202_764_123), ("2006-01-01T00:00:00Z", 1_136_073_600_000),
    ])
  func times(text: String, milliseconds: Int) {
    #expect(EventTimeText.milliseconds(in: Array(text.utf8).span) == milliseconds)
  }

  @Test(
    "All else is no time, rather than a wrong one",
    arguments: [
      "", "0", "20240131", "15392027641", "153920276412", "15392027641234", "1539202764.5", "+539202764",
      "2018-10-10", "2018-10-10T20:19:24", "2018-10-10T20:19Z", "2018-10-10T20:19:24.Z",
      "2018-10-10T20:19:24Z ",
      " 2018-10-10T20:19:24Z", "2018-10-10T24:00:00Z", "2018-10-10T20:60:24Z", "2018-10-10T20:19:61Z",
      "2018-02-29T00:00:00Z", "2018-13-01T00:00:00Z", "2018-00-01T00:00:00Z", "2018-04-31T00:00:00Z",
      "2018-10-10T20:19:24+24:00", "2018-10-10T20:19:24+0200", "2018-10-10T20:19:24+02:60",
      "1970-01-01T00:00:00Z",
      "2005-12-31T23:59:59Z", "3000-01-01T00:00:00Z", "10/10/2018 20:19:24", "Wed Oct 10 20:19:24 UTC 2018",
      "Wed Okt 10 20:19:24 +0000 2018", "Wed Oct 32 20:19:24 +0000 2018", "Wed Oct 10 20:19:24 +00000 201",
      "２０18-10-10T20:19:24Z", "0000000001",
    ])
  func noTimes(text: String) {
    #expect(EventTimeText.milliseconds(in: Array(text.utf8).span) == nil)
  }

  @Test(
    "Twitter's ids tell the time since they hold one",
    arguments: [
      ("1050118621198921728", 1_539_202_764_211), ("29700859248", 1_288_834_981_738), ("29700859247", nil),
      ("0", nil), ("-1", nil), ("1e18", nil), ("", nil), ("x", nil),
      ("9223372036854775807", 3_487_858_230_208), ("9223372036854775808", nil), ("99999999999999999999", nil),
    ] as [(String, Int?)])
  func snowflakes(id: String, milliseconds: Int?) {
    #expect(EventTimeText.milliseconds(ofID: Array(id.utf8).span) == milliseconds)
  }

  @Test(
    "The time is the tweet's own, of the first name that has one, and else its id's",
    arguments: [
      (#""created_at":"2018-10-10T20:19:24Z","id":1050118621198921728"#, 1_539_202_764_000),
      (#""id":1050118621198921728"#, 1_539_202_764_211),
      (#""id_str":"1050118621198921728""#, 1_539_202_764_211),
      (#""created_at":null,"id":"1050118621198921728""#, 1_539_202_764_211),
      (#""created_at":"yesterday","timestamp_ms":"1539202764123""#, 1_539_202_764_123),
      (#""timestamp_ms":"1539202764123","created_at":"2018-10-10T20:19:24Z""#, 1_539_202_764_000),
      (#""Created_At":1539202764"#, 1_539_202_764_000),
      (#""createdAt":"2018-10-10T20:19:24Z""#, 1_539_202_764_000),
      (#""created_at":"2018-10-10T20:19:24Z","created_at":1539202765"#, 1_539_202_765_000),
      (#""user":{"created_at":"2018-10-10T20:19:24Z"}"#, nil),
      (#""created_at":["2018-10-10T20:19:24Z"]"#, nil),
      (
        #""retweeted_status":{"created_at":"2018-10-10T20:19:24Z","text":"b"},"created_at":1539202765"#,
        1_539_202_765_000
      ),
      (#""retweeted_status":{"created_at":"2018-10-10T20:19:24Z","text":"b"}"#, nil), (#""id":7"#, nil),
    ] as [(String, Int?)])
  func members(members: String, milliseconds: Int?) throws {
    #expect(try time(#"{"text":"a","# + members + "}") == milliseconds)
  }

  @Test(
    "A wrapped tweet has its own time, another name is asked for, a path too; and nothing is where nothing is asked"
  )
  func otherNames() throws {
    let wrapped = #"{"tweet":{"text":"a","created_at":"2018-10-10T20:19:24Z"}}"#
    #expect(try time(wrapped) == 1_539_202_764_000)
    #expect(try time(#"{"text":"a","when":1539202764}"#, keys: ["when"]) == 1_539_202_764_000)
    #expect(try time(#"{"text":"a","m":{"at":1539202764}}"#, keys: ["m.at"]) == 1_539_202_764_000)
    #expect(try time(#"{"text":"a","created_at":1539202764}"#, keys: ["when"]) == nil)
    #expect(try time(#"{"text":"a","id":1050118621198921728}"#, keys: []) == 1_539_202_764_211)
    #expect(try time(#"{"text":"a","created_at":1539202764}"#, keys: nil) == nil)
  }

  @Test("In tables columns say it, in the same order; plain text says nothing")
  func columns() throws {
    let header = "id,text,Date,created_at"
    #expect(try time("7,a,2018-10-10T20:19:24Z,", under: header) == 1_539_202_764_000)
    #expect(try time("7,a,2018-10-10T20:19:24Z,1539202765", under: header) == 1_539_202_765_000)
    #expect(try time("1050118621198921728,a,2018-10-10,", under: header) == 1_539_202_764_211)
    #expect(try time("7,a,,", under: header) == nil)
    #expect(try locate("2018-10-10T20:19:24Z", as: .text, keys: ReadingOptions.usualTimeKeys) == nil)
  }

  private func time(_ json: String, keys: [String]? = ReadingOptions.usualTimeKeys) throws -> Int? {
    try locate(json, as: .object, keys: keys)
  }

  private func time(_ row: String, under header: String) throws -> Int? {
    var options = ReadingOptions()
    options.timeKeys = ReadingOptions.usualTimeKeys
    let header = try DelimitedHeader(
      record: Array(header.utf8).span, delimiter: UInt8(ascii: ","), options: options)
    return try locate(row, as: .row(header), keys: options.timeKeys)
  }

  private func locate(_ text: String, as format: RecordFormat, keys: [String]?) throws -> Int? {
    var options = ReadingOptions()
    options.timeKeys = keys
    var bytes = Array(text.utf8)
    let line = TweetLine(number: 1, offset: 0, length: bytes.count, range: 0..<bytes.count, rejection: nil)
    var found: [UInt8] = []
    return try TweetLocator(options: options).locate(line, as: format, in: &bytes, appendingTextTo: &found)
      .time
  }
}
