namespace Hutch.Epics.ChannelAccess;

/// <summary>What stands before a value in a DBR structure; a DBR type is seven times the form plus the <see cref="PvType"/>.</summary>
internal enum DbrForm
{
    Plain = 0,
    Status = 1,
    Time = 2,
    Graphic = 3,
    Control = 4,
}
