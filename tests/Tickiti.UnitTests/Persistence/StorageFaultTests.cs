using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using NUnit.Framework;
using Shouldly;
using Tickiti.Infrastructure.Persistence;

namespace Tickiti.UnitTests.Persistence;

public sealed class StorageFaultTests
{
    [TestCase(13, true, TestName = "IsIn_WhenTheDiskIsFull_IsTheStorages")]
    [TestCase(10, true, TestName = "IsIn_WhenTheDiskFails_IsTheStorages")]
    [TestCase(5, true, TestName = "IsIn_WhenTheDatabaseIsBusy_IsTheStorages")]
    [TestCase(18, false, TestName = "IsIn_WhenAValueIsTooBig_IsTheDatas")]
    [TestCase(19, false, TestName = "IsIn_WhenAConstraintRefuses_IsTheDatas")]
    public void IsIn_WhenSqliteRefuses(int code, bool expected) =>
        StorageFault.IsIn(new DbUpdateException("outer", new SqliteException("inner", code))).ShouldBe(expected);

    [TestCase("53100", true, TestName = "IsIn_WhenPostgreSqlHasNoRoom_IsTheStorages")]
    [TestCase("57P01", true, TestName = "IsIn_WhenPostgreSqlShutsDown_IsTheStorages")]
    [TestCase("22021", false, TestName = "IsIn_WhenACharacterIsNotInTheRepertoire_IsTheDatas")]
    public void IsIn_WhenPostgreSqlRefuses(string state, bool expected) =>
        StorageFault.IsIn(new PostgresException("message", "ERROR", "ERROR", state)).ShouldBe(expected);

    [Test]
    public void IsIn_WhenTheConnectionIsLost_IsTheStorages() =>
        StorageFault.IsIn(new NpgsqlException("broken", new IOException())).ShouldBeTrue();

    [Test]
    public void IsIn_WhenAStepThrows_IsTheDatas() => StorageFault.IsIn(new InvalidOperationException("a bug")).ShouldBeFalse();
}
