"""RVTools exports: a workbook, or its sheets as CSV.

sheet, workbook, csv_export   any file to sheets (`guard` refuses what would exhaust memory)
columns, words, cells         tables and values of cells
export                        sheets to rows with named fields, problems and notes
join                          which VM a row speaks of
places, storage, networks     clusters and hosts, datastores, port groups
settings                      what no other hypervisor takes over
devices, machines, estate     VMs, and all of it together
"""

from planner.read.rvtools.source import is_rvtools, is_rvtools_file, read_rvtools

__all__ = ["is_rvtools", "is_rvtools_file", "read_rvtools"]
