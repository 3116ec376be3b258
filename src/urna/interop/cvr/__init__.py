"""Cast vote records as voting systems export them, for audits that compare slips with their records.

    records     what every export becomes: cards, and by contest what each card says
    dominion    a folder of CvrExport*.json with its manifests
    choices     a workbook with a row for each card and a column for each rank (ES&S, Minneapolis 2013)
    workbook    the rows of such a workbook, bounded; no formula, link or macro of it is run

An export is taken whole or not at all: a card that cannot be found again, stands twice or says what no manifest
knows makes an audit of the rest worthless.
"""
