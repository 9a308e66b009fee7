/// A character written as HTML writes it: `&lt;`, `&#233;`, `&#xE9;`.
///
/// The rules are the HTML standard's (section 13.2.5.72 on), as Python's `html.unescape` has them:
///
/// - a number ends at the first byte that is not a digit; the `;` may be missing (`&#233` is `é`);
/// - 0, surrogates and numbers above 10FFFF mean U+FFFD; 80–9F mean what they mean in windows-1252 (`&#128;`
///   is `€`); other controls and noncharacters mean nothing at all;
/// - the names of Latin-1 may miss their `;`, and then the longest name that fits is taken (`&notas` is
///   `¬as`).
///
/// Only the names of HTML 4 are known (and `apos`): of the 2,125 others tweets have none.
struct CharacterReference: Equatable {
  /// The scalar that it denotes; nil if it is removed.
  let scalar: UInt32?
  /// How many bytes it takes, without the ampersand.
  let length: Int

  /// Reads the reference whose ampersand is just before `offset`; nil if there is none.
  init?(after offset: Int, in bytes: Span<UInt8>) {
    guard offset < bytes.count else { return nil }
    let reference =
      bytes[offset] == UInt8(ascii: "#")
      ? Self.number(at: offset + 1, in: bytes) : Self.name(at: offset, in: bytes)
    guard let reference else { return nil }
    self = reference
  }

  private init(scalar: UInt32?, length: Int) {
    self.scalar = scalar
    self.length = length
  }

  // MARK: Numbers

  private static func number(at offset: Int, in bytes: Span<UInt8>) -> CharacterReference? {
    var end = offset
    var radix: UInt32 = 10
    if end < bytes.count, bytes[end] | 0x20 == UInt8(ascii: "x") {
      radix = 16
      end += 1
    }
    let firstDigit = end
    var number: UInt32 = 0
    while end < bytes.count, let digit = digit(bytes[end], radix: radix) {
      number = min(number * radix + digit, 0x110000)
      end += 1
    }
    guard end > firstDigit else { return nil }
    if end < bytes.count, bytes[end] == UInt8(ascii: ";") { end += 1 }
    return CharacterReference(scalar: scalar(numbered: number), length: end - offset + 1)
  }

  private static func digit(_ byte: UInt8, radix: UInt32) -> UInt32? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0"))
    case UInt8(ascii: "A")...UInt8(ascii: "F") where radix == 16: UInt32(byte - UInt8(ascii: "A") + 10)
    case UInt8(ascii: "a")...UInt8(ascii: "f") where radix == 16: UInt32(byte - UInt8(ascii: "a") + 10)
    default: nil
    }
  }

  private static func scalar(numbered number: UInt32) -> UInt32? {
    switch number {
    case 0, 0xD800...0xDFFF, 0x110000...: 0xFFFD
    case 0x0D: 0x0D
    case 0x80...0x9F: windows1252[Int(number - 0x80)]
    case 0x01...0x08, 0x0B, 0x0E...0x1F, 0x7F, 0xFDD0...0xFDEF: nil
    case _ where number & 0xFFFE == 0xFFFE: nil
    default: number
    }
  }

  /// What the bytes 80–9F mean in windows-1252. Source: the HTML standard, section 13.2.5.80.
  private static let windows1252: [UInt32] = [
    0x20AC, 0x81, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
    0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D, 0x017D, 0x8F,
    0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
    0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D, 0x017E, 0x0178,
  ]

  // MARK: Names

  private static let longestName = 8
  private static let longestNameWithoutSemicolon = 6

  private static func name(at offset: Int, in bytes: Span<UInt8>) -> CharacterReference? {
    var end = offset
    while end < bytes.count, end - offset < longestName, isASCIILetterOrDigit(bytes[end]) { end += 1 }
    guard end > offset else { return nil }
    if end < bytes.count, bytes[end] == UInt8(ascii: ";"),
      let scalar = named.scalar(of: bytes, in: offset..<end)
    {
      return CharacterReference(scalar: scalar, length: end + 1 - offset)
    }
    var length = min(end - offset, longestNameWithoutSemicolon)
    while length >= 2 {
      if let scalar = named.scalar(of: bytes, in: offset..<(offset + length)), named.mayMissSemicolon(scalar)
      {
        return CharacterReference(scalar: scalar, length: length)
      }
      length -= 1
    }
    return nil
  }

  private static func isASCIILetterOrDigit(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "a")...UInt8(ascii: "z"):
      true
    default: false
    }
  }

  private static let named = NamedScalars(names)
}

/// The names and their scalars, indexed.
private struct NamedScalars {
  private var index = ByteStringIndex()
  private var scalars: [UInt32] = []

  /// Reads `name hexadecimal name hexadecimal …`.
  init(_ names: String) {
    let words = names.split(whereSeparator: \.isWhitespace)
    for position in stride(from: 0, to: words.count - 1, by: 2) {
      guard let scalar = UInt32(words[position + 1], radix: 16) else { continue }
      let name = Array(words[position].utf8)
      index.insert(name.span, in: 0..<name.count)
      scalars.append(scalar)
    }
  }

  func scalar(of bytes: Span<UInt8>, in range: Range<Int>) -> UInt32? {
    index.position(of: bytes, in: range).map { scalars[$0] }
  }

  /// HTML lets exactly the names of Latin-1 and of `& < > "` miss their semicolon; `apos` came later.
  func mayMissSemicolon(_ scalar: UInt32) -> Bool { scalar < 0x100 && scalar != 0x27 }
}

extension CharacterReference {
  /// The 252 names of HTML 4, `apos`, and the six that HTML also knows in capitals; each with its scalar in
  /// hexadecimal.
  ///
  /// `lang` and `rang` have the scalars that the HTML standard gives them today. Sources: HTML 4.01, section
  /// 24; the HTML standard, section 13.5.
  static let names = """
    quot 22  amp 26  lt 3C  gt 3E  nbsp A0  iexcl A1  cent A2  pound A3  curren A4  yen A5  brvbar A6
    sect A7  uml A8  copy A9  ordf AA  laquo AB  not AC  shy AD  reg AE  macr AF  deg B0  plusmn B1
    sup2 B2  sup3 B3  acute B4  micro B5  para B6  middot B7  cedil B8  sup1 B9  ordm BA  raquo BB
    frac14 BC  frac12 BD  frac34 BE  iquest BF  Agrave C0  Aacute C1  Acirc C2  Atilde C3  Auml C4
    Aring C5  AElig C6  Ccedil C7  Egrave C8  Eacute C9  Ecirc CA  Euml CB  Igrave CC  Iacute CD
    Icirc CE  Iuml CF  ETH D0  Ntilde D1  Ograve D2  Oacute D3  Ocirc D4  Otilde D5  Ouml D6  times D7
    Oslash D8  Ugrave D9  Uacute DA  Ucirc DB  Uuml DC  Yacute DD  THORN DE  szlig DF  agrave E0
    aacute E1  acirc E2  atilde E3  auml E4  aring E5  aelig E6  ccedil E7  egrave E8  eacute E9
    ecirc EA  euml EB  igrave EC  iacute ED  icirc EE  iuml EF  eth F0  ntilde F1  ograve F2  oacute F3
    ocirc F4  otilde F5  ouml F6  divide F7  oslash F8  ugrave F9  uacute FA  ucirc FB  uuml FC
    yacute FD  thorn FE  yuml FF  OElig 152  oelig 153  Scaron 160  scaron 161  Yuml 178  fnof 192
    circ 2C6  tilde 2DC  Alpha 391  Beta 392  Gamma 393  Delta 394  Epsilon 395  Zeta 396  Eta 397
    Theta 398  Iota 399  Kappa 39A  Lambda 39B  Mu 39C  Nu 39D  Xi 39E  Omicron 39F  Pi 3A0  Rho 3A1
    Sigma 3A3  Tau 3A4  Upsilon 3A5  Phi 3A6  Chi 3A7  Psi 3A8  Omega 3A9  alpha 3B1  beta 3B2
    gamma 3B3  delta 3B4  epsilon 3B5  zeta 3B6  eta 3B7  theta 3B8  iota 3B9  kappa 3BA  lambda 3BB
    mu 3BC  nu 3BD  xi 3BE  omicron 3BF  pi 3C0  rho 3C1  sigmaf 3C2  sigma 3C3  tau 3C4  upsilon 3C5
    phi 3C6  chi 3C7  psi 3C8  omega 3C9  thetasym 3D1  upsih 3D2  piv 3D6  ensp 2002  emsp 2003
    thinsp 2009  zwnj 200C  zwj 200D  lrm 200E  rlm 200F  ndash 2013  mdash 2014  lsquo 2018  rsquo 2019
    sbquo 201A  ldquo 201C  rdquo 201D  bdquo 201E  dagger 2020  Dagger 2021  bull 2022  hellip 2026
    permil 2030  prime 2032  Prime 2033  lsaquo 2039  rsaquo 203A  oline 203E  frasl 2044  euro 20AC
    image 2111  weierp 2118  real 211C  trade 2122  alefsym 2135  larr 2190  uarr 2191  rarr 2192
    darr 2193  harr 2194  crarr 21B5  lArr 21D0  uArr 21D1  rArr 21D2  dArr 21D3  hArr 21D4  forall 2200
    part 2202  exist 2203  empty 2205  nabla 2207  isin 2208  notin 2209  ni 220B  prod 220F  sum 2211
    minus 2212  lowast 2217  radic 221A  prop 221D  infin 221E  ang 2220  and 2227  or 2228  cap 2229
    cup 222A  int 222B  there4 2234  sim 223C  cong 2245  asymp 2248  ne 2260  equiv 2261  le 2264
    ge 2265  sub 2282  sup 2283  nsub 2284  sube 2286  supe 2287  oplus 2295  otimes 2297  perp 22A5
    sdot 22C5  lceil 2308  rceil 2309  lfloor 230A  rfloor 230B  loz 25CA  spades 2660  clubs 2663
    hearts 2665  diams 2666  lang 27E8  rang 27E9  apos 27  AMP 26  LT 3C  GT 3E  QUOT 22  COPY A9
    REG AE
    """
}
