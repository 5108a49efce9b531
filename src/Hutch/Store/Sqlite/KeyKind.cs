namespace Hutch.Store.Sqlite;

/// <summary>What a key holds. The numbers are in the file.</summary>
internal enum KeyKind
{
    Plain = 0,
    Hash = 1,
    Stream = 2,
}
