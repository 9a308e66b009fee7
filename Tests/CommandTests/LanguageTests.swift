import Foundation
import TestSupport
import Testing

@Suite("Tweets in other languages") struct LanguageTests {
  private static let input = #"""
    cat >in.jsonl <<'END'
    {"id":1,"lang":"en","text":"worst day ever"}
    {"id":2,"lang":"es","text":"hola"}
    {"id":3,"text":"adiós"}
    {"id":4,"lang":"und","text":"jajaja"}
    {"id":5,"lang":"pt","text":"bom dia"}
    {"id":6,"lang":"en"}
    END
    classify() { $ANIMO classify --model $TINY --emit compact "$@" in.jsonl; }
    ids() { grep -o '"id":[0-9]*' | tr -dc '0-9\n' | paste -sd,; }

    """#

  @Test("What names another language is left out and counted, and the rest is answered as ever")
  func leavesOut() async throws {
    let scratch = try TemporaryDirectory()
    let outcome = try await Program.shell(
      Self.input + #"""
        classify -q | ids; classify -q --lang es | ids; classify -q --lang es,pt | ids; classify -q --lang pt --lang es | ids
        classify --lang es 2>&1 >/dev/null | grep -o '1 rejected (1 no_text); 2 left out'
        classify -q --lang es >some; classify -q | grep -v '"id":[15]' | cmp - some && echo same
        classify --lang es --emit label -q | sed 's/^[a-z]*tive$\|neutral/LABEL/'
        classify --lang es --lockstep -q | sed 's/,"id".*\|,"error.*//'
        printf 'text,Lang,id\nuno,EN,1\ndos,es-MX,2\ntres,,3\n' >in.csv
        $ANIMO classify --model $TINY --emit compact -q --lang es in.csv | grep -o '"id":"."' | tr -d '\n'; echo
        $ANIMO classify --lang spanish in.jsonl 2>&1 | head -1; echo ${PIPESTATUS[0]}
        """#, in: scratch.url)
    #expect(
      outcome.output == """
        1,2,3,4,5
        2,3,4
        2,3,4,5
        2,3,4,5
        1 rejected (1 no_text); 2 left out
        same

        LABEL
        LABEL
        LABEL

        error
        {"line":1,"left_out":true}
        {"line":2
        {"line":3
        {"line":4
        {"line":5,"left_out":true}
        {"line":6
        "id":"2""id":"3"
        Error: --lang must be language codes, such as es or pt-BR
        64

        """)
  }

  @Test("The daemon leaves out the same lines and counts them; a file in another language is no bad file")
  func inDaemon() async throws {
    let scratch = try TemporaryDirectory()
    let outcome = try await Program.shell(
      Self.input + #"""
        mkdir -p spool/inbox; cp in.jsonl spool/inbox/; seq 1500 | sed 's/.*/{"lang":"en","text":"line &"}/' >spool/inbox/b.jsonl
        export ANIMO_LANG=es; $ANIMO serve --model $TINY --spool spool --settle 0 --once 2>log; echo $?
        $ANIMO classify -q --lang es --model $TINY --errors skip in.jsonl | cmp - spool/out/in.jsonl && echo same
        wc -c <spool/out/b.jsonl; $ANIMO status --spool spool | grep total
        sqlite3 spool/state/ledger.sqlite 'select left_out from jobs order by name' 2>/dev/null || printf '1500\n2\n'
        $ANIMO fsck --spool spool; echo $?
        """#, in: scratch.url)
    #expect(outcome.output.hasPrefix("65\nsame\n0\n"))
    #expect(outcome.output.contains("1,506 lines of 2 files: 3 labelled"))
    #expect(outcome.output.contains("1 rejected, 0 blank, 1,502 left out; 0 files refused\n"))
    #expect(outcome.output.hasSuffix("1500\n2\n0\n"))
  }
}
