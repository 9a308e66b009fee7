"""Sentiment as columns of tables, with pandas and with Arrow: an example of how to use animo.py.

    >>> import pandas
    >>> frame = pandas.DataFrame({"id": [1, 2, 3], "text": ["qué alegría verte", None, "qué día tan horrible"]})
    >>> with animo.Animo() as classifier:
    ...     labelled = add_to_frame(frame, classifier)
    >>> labelled["label"].tolist(), labelled["error"].tolist()
    (['positive', None, 'negative'], [None, 'no_text', None])
    >>> with animo.Animo() as classifier:
    ...     add_to_frame(frame.convert_dtypes(), classifier)["error"].tolist()
    [None, 'no_text', None]

    >>> import pyarrow
    >>> table = pyarrow.table({"text": ["qué alegría verte", "qué día tan horrible"]})
    >>> with animo.Animo() as classifier:
    ...     add_to_table(table, classifier)["label"].to_pylist()
    ['positive', 'negative']

From the command line, for a Parquet file of any size with a column `text`:

    python3 tables.py tweets.parquet labelled.parquet
"""

import sys
from typing import TYPE_CHECKING

import animo

if TYPE_CHECKING:
    import pandas
    import pyarrow


def add_to_frame(frame: "pandas.DataFrame", classifier: animo.Animo, text: str = "text") -> "pandas.DataFrame":
    """The frame with the members of the answers as columns: label, score, p, flags, error, detail."""
    import pandas

    texts = frame[text].astype(object).where(frame[text].notna(), None)  # pandas.NA is neither true nor false
    answers = list(classifier.classify(texts))
    columns = {
        name: pandas.Series([answer[index] for answer in answers], frame.index, float if name == "score" else object)
        for index, name in enumerate(animo.Answer._fields)
    }
    return frame.assign(**columns)


def add_to_table(table: "pyarrow.Table", classifier: animo.Animo, text: str = "text") -> "pyarrow.Table":
    """The table with the columns label and score."""
    import pyarrow

    answers = list(classifier.classify(table[text].to_pylist()))
    labels = pyarrow.array([answer.label for answer in answers], pyarrow.string())
    scores = pyarrow.array([answer.score for answer in answers], pyarrow.float64())
    return table.append_column("label", labels).append_column("score", scores)


def main(source: str, target: str) -> None:
    """Labels a Parquet file, a batch at a time, with one child for all of them."""
    import pyarrow
    from pyarrow import parquet

    with parquet.ParquetFile(source) as file, animo.Animo() as classifier:
        schema = add_to_table(file.schema_arrow.empty_table(), classifier).schema
        with parquet.ParquetWriter(target, schema) as writer:
            for batch in file.iter_batches():
                writer.write_table(add_to_table(pyarrow.Table.from_batches([batch]), classifier))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: tables.py SOURCE.parquet TARGET.parquet")
    main(sys.argv[1], sys.argv[2])
