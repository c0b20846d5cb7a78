using System.Runtime.CompilerServices;

// The forward makes the build copy the referenced file along.
[assembly: TypeForwardedTo(typeof(SQLitePCL.raw))]
