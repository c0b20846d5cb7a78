using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Tickiti.Infrastructure.Persistence.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class AutomaticMail : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "Automatic",
                table: "SentMails",
                type: "TEXT",
                unicode: false,
                maxLength: 32,
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "AutomaticNumber",
                table: "SentMails",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "AutomaticTo",
                table: "SentMails",
                type: "TEXT",
                maxLength: 254,
                nullable: true);

            migrationBuilder.CreateIndex(
                name: "IX_SentMails_AutomaticTo_AutomaticNumber",
                table: "SentMails",
                columns: new[] { "AutomaticTo", "AutomaticNumber" },
                unique: true,
                filter: "\"AutomaticNumber\" IS NOT NULL");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_SentMails_AutomaticTo_AutomaticNumber",
                table: "SentMails");

            migrationBuilder.DropColumn(
                name: "Automatic",
                table: "SentMails");

            migrationBuilder.DropColumn(
                name: "AutomaticNumber",
                table: "SentMails");

            migrationBuilder.DropColumn(
                name: "AutomaticTo",
                table: "SentMails");
        }
    }
}
