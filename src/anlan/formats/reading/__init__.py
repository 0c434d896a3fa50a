"""Read an event log file into an encoded `EventLog`: one path for every format.

    source      open the path, find out what it really is, refuse what is no log
    delimited   CSV and its relatives            \
    xes         IEEE 1849, plain or gzip          | each yields blocks of raw columns (`blocks`)
    workbook    XLSX                              |
    columnar    Parquet and Feather              /
    columns     which column is the case, the activity, the times
    times       which time format a column is written in, and parsing it
    encode      blocks to codes, times and cases; bad rows set aside
    lifecycle   start and complete rows paired into activity instances
    read_log    all of it in order
"""
